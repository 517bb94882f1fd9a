//! One bad record fails alone; what may pass by itself is tried again.

use serde_json::json;
use throughline_contract::{Input, RunRequest};
use throughline_domain::{ErrorClass, ErrorCode, Phase, RevisionNumber, RunStatus, Side, TriggerKind};

use crate::fixture::{Fixture, action, event, item};
use crate::partner::Mood;

const T1: &str = "2026-01-01T10:00:00Z";

#[tokio::test]
async fn one_refused_record_fails_alone_and_says_what_the_target_said() {
    let fixture = Fixture::new(action()).await;
    fixture.partner.will("bad", &[Mood::Refuse(422, json!({"message": "title is on the black list"}))]);
    let seen = fixture.push(&[item("a", "one", T1), item("b", "bad", T1), item("c", "three", T1)]).await;
    assert_eq!(seen.run.status, RunStatus::PartlyFailed);
    assert_eq!(seen.outcomes(), ["a created", "b failed", "c created"]);
    let error = seen.run.error.as_ref().unwrap();
    assert_eq!(
        (error.code, error.class(), error.side),
        (ErrorCode::ValueRefused, ErrorClass::Validation, Side::Target)
    );
    assert!(
        error.message.starts_with("Record b: ") && error.message.contains("title is on the black list"),
        "{error}"
    );
    let exchange = error.evidence.exchange.clone().unwrap();
    let exchanges = seen.documents[&Phase::LoadHttp]["exchanges"].as_array().unwrap();
    let proof = exchanges.iter().find(|entry| entry["id"] == json!(exchange)).unwrap();
    assert_eq!((&proof["record"], &proof["response"]["status"]), (&json!("b"), &json!(422)));
    assert!(seen.retries.is_empty() && fixture.keeps_failed("b", T1).await);
}

#[tokio::test]
async fn a_mapping_fault_names_record_field_and_rule() {
    let fixture = Fixture::new(action()).await;
    let mut odd = item("a", "one", T1);
    odd["level"] = json!("unheard of");
    let seen = fixture.push(&[odd]).await;
    let error = seen.run.error.as_ref().unwrap();
    assert_eq!((error.code, error.side), (ErrorCode::ValueNotMapped, Side::Mapping));
    assert!(error.message.starts_with("Record a, field level: "), "{error}");
    assert_eq!(error.evidence.rule.as_deref(), Some("/actions/0/map/2"));
    assert_eq!(fixture.partner.look().creates, 0);
}

#[tokio::test]
async fn a_transient_failure_is_tried_again_with_its_record_and_then_forgotten() {
    let fixture = Fixture::new(action()).await;
    let busy = || Mood::Refuse(503, json!({}));
    fixture.partner.will("one", &[busy(), busy(), busy()]);
    let seen = fixture.push(&[item("a", "one", T1), item("b", "two", T1)]).await;
    assert_eq!(seen.outcomes(), ["a failed", "b created"]);
    let [trigger] = seen.retries.as_slice() else { panic!("{:?}", seen.retries) };
    assert_eq!((trigger.kind, trigger.attempt, trigger.revision), (TriggerKind::Retry, 2, None));
    assert_eq!(seen.run.next_attempt_at, trigger.not_before);
    let wait = trigger.not_before.unwrap() - seen.finished_at();
    assert!(wait.num_milliseconds() > 500 && wait.num_milliseconds() <= 2000, "{wait}");
    let Input::Records(records) = &trigger.input else { panic!("{:?}", trigger.input) };
    assert_eq!((records.len(), records[0].key.as_str()), (1, "a"));
    assert!(fixture.keeps_failed("a", T1).await);
    fixture.partner.look().moods.clear();
    let retried = fixture.retry(trigger).await;
    assert_eq!(retried.outcomes(), ["a created"]);
    assert_eq!(retried.reasons[&Phase::Uql], "The source was not asked: the records came with the trigger.");
    assert_eq!(fixture.partner.look().tickets.len(), 2);
}

#[tokio::test]
async fn a_run_without_a_usable_configuration_says_so() {
    let fixture = Fixture::new(action()).await;
    let unknown = RunRequest { revision: RevisionNumber(7), ..fixture.request(event(&[])) };
    let seen = fixture.execute(&unknown).await;
    assert_eq!(
        (seen.run.status, seen.run.error.as_ref().unwrap().code),
        (RunStatus::Failed, ErrorCode::ConfigurationUnusable)
    );
    assert!(seen.message().contains("revision 7") && seen.reasons.len() == 7);
    let unknown = RunRequest {
        tenant: throughline_domain::TenantId::new(seen.finished_at()),
        ..fixture.request(event(&[]))
    };
    assert_eq!(fixture.execute(&unknown).await.run.error.unwrap().code, ErrorCode::ConfigurationUnusable);
}

#[tokio::test]
async fn an_event_that_is_not_understood_fails_for_good() {
    let fixture = Fixture::new(action()).await;
    let nonsense = throughline_contract::Event {
        headers: Vec::new(),
        body: bytes::Bytes::from_static(b"{\"items\": 7}"),
    };
    let seen = fixture.execute(&fixture.request(Input::Event(nonsense))).await;
    assert_eq!(seen.run.status, RunStatus::Failed);
    assert_eq!(seen.run.error.as_ref().unwrap().side, Side::Source);
    assert!(seen.retries.is_empty());
}

#[tokio::test]
async fn a_run_past_its_deadline_is_tried_again_with_its_event() {
    let fixture = Fixture::new(action()).await;
    let request = fixture.request(event(&[item("a", "one", T1)]));
    let late = RunRequest { deadline: request.queued_at - chrono::TimeDelta::seconds(1), ..request };
    let seen = fixture.execute(&late).await;
    assert_eq!(seen.run.error.as_ref().unwrap().code, ErrorCode::RunTimedOut);
    assert_eq!(seen.retries.len(), 1);
    assert_eq!(fixture.retry(&seen.retries[0]).await.outcomes(), ["a created"]);
}

#[tokio::test]
async fn a_cancelled_run_stops_before_its_next_record() {
    let fixture = Fixture::new(action()).await;
    let request = fixture.request(event(&[item("a", "one", T1), item("b", "two", T1)]));
    let waited = RunRequest { queued_at: request.queued_at - chrono::TimeDelta::seconds(5), ..request };
    fixture.cancels.ask(waited.run).await.unwrap();
    let seen = fixture.execute(&waited).await;
    assert_eq!(seen.run.status, RunStatus::Cancelled);
    assert_eq!(seen.outcomes(), ["a skipped", "b skipped"]);
    assert!(seen.retries.is_empty() && fixture.partner.look().creates == 0);
}

#[tokio::test]
async fn one_item_without_a_key_fails_alone() {
    let fixture = Fixture::new(action()).await;
    let mut keyless = item("x", "nobody", "2026-01-01T10:00:00Z");
    keyless.as_object_mut().unwrap().remove("id");
    let pushed = fixture.push(&[keyless.clone(), item("a", "one", "2026-01-01T10:00:00Z")]).await;
    assert_eq!(pushed.outcomes(), ["(unreadable) failed", "a created"]);
    assert_eq!(pushed.run.status, RunStatus::PartlyFailed);
    assert_eq!(pushed.run.error.as_ref().unwrap().code, ErrorCode::RecordKeyMissing);
    fixture.partner.look().items = vec![keyless, item("b", "two", "2026-01-01T10:00:00Z")];
    assert_eq!(fixture.poll().await.outcomes(), ["(unreadable) failed", "b created"]);
    assert!(fixture.watermark().await.is_some(), "a poll gets past it");
}
