//! Polls: the watermark, its overlap, and sources that are away.

use serde_json::json;
use throughline_domain::{ErrorClass, ErrorCode, Outcome, Phase, RunStatus, Side};

use crate::fixture::{Fixture, SOURCE_SECRET, action, item};
use crate::partner::Mood;

const T1: &str = "2026-01-01T10:00:00Z";
const T2: &str = "2026-01-01T10:00:03Z";
const T3: &str = "2026-01-01T10:05:00Z";

#[tokio::test]
async fn a_poll_reads_on_from_where_the_last_one_ended() {
    let fixture = Fixture::new(action()).await;
    fixture.partner.look().items = vec![item("a", "one", T1), item("b", "two", T2)];
    let first = fixture.poll().await;
    assert_eq!(first.outcomes(), ["a created", "b created"], "{:?}", first.run.error);
    assert!(fixture.watermark().await.unwrap().starts_with("2026-01-01T10:00:03"));
    let second = fixture.poll().await;
    assert_eq!((second.run.status, second.run.counts.read), (RunStatus::NothingToDo, 0));
    assert!(!fixture.partner.look().asked[1].is_empty());
    fixture.partner.look().items.push(item("c", "three", T3));
    let third = fixture.poll().await;
    assert_eq!(third.outcomes(), ["c created"]);
    let query = &third.documents[&Phase::Uql];
    assert!(query["text"].as_str().unwrap().starts_with("select"), "{query}");
    assert!(query["watermark"]["after"].as_str().unwrap().starts_with("2026-01-01T10:05"));
    let partner = fixture.partner.look();
    assert_eq!((partner.creates, partner.updates), (3, 0));
}

#[tokio::test]
async fn a_late_record_in_the_overlap_is_not_missed() {
    let fixture = Fixture::new(action()).await;
    fixture.partner.look().items = vec![item("b", "two", T2)];
    fixture.poll().await;
    fixture.partner.look().items.insert(0, item("a", "one", T1));
    assert_eq!(fixture.poll().await.outcomes(), ["a created"]);
}

#[tokio::test]
async fn a_source_that_is_away_fails_the_run_and_leaves_the_watermark() {
    let fixture = Fixture::new(action()).await;
    fixture.partner.look().items = vec![item("a", "one", T1)];
    fixture.poll().await;
    let before = fixture.watermark().await;
    fixture.partner.look().source_away = true;
    let seen = fixture.poll().await;
    let error = seen.run.error.as_ref().unwrap();
    assert_eq!(
        (seen.run.status, error.class(), error.side),
        (RunStatus::Failed, ErrorClass::Connectivity, Side::Source)
    );
    assert_eq!(error.evidence.phase, Some(Phase::ExtractHttp));
    assert!(error.message.contains("closed shop") && !error.message.contains(SOURCE_SECRET), "{error}");
    assert!(seen.retries.is_empty());
    assert_eq!(fixture.watermark().await, before);
}

#[tokio::test]
async fn a_failed_record_does_not_hold_the_watermark_nor_fail_every_poll() {
    let fixture = Fixture::new(action()).await;
    fixture.partner.will("bad", &[Mood::Refuse(422, json!({"message": "no"}))]);
    fixture.partner.look().items = vec![item("a", "bad", T1), item("b", "two", T2)];
    assert_eq!(fixture.poll().await.run.status, RunStatus::PartlyFailed);
    assert!(fixture.watermark().await.unwrap().starts_with("2026-01-01T10:00:03"));
    assert_eq!(fixture.poll().await.run.status, RunStatus::NothingToDo);
    fixture.partner.look().items[0] = item("a", "good", T3);
    assert_eq!(fixture.poll().await.outcomes(), ["a created"]);
    assert!(fixture.keeps_failed("a", "2026-01-01T10:05:00Z").await, "the link has this version");
}

#[tokio::test]
async fn only_polls_move_the_watermark() {
    let fixture = Fixture::new(action()).await;
    assert_eq!(fixture.push(&[item("a", "one", T1)]).await.outcomes(), ["a created"]);
    assert_eq!(fixture.watermark().await, None, "a poll may not skip what no poll has read");
}

#[tokio::test]
async fn a_poll_whose_worker_is_lost_before_it_was_published_reads_the_same_again() {
    let fixture = Fixture::new(action()).await;
    fixture.partner.look().items = vec![item("a", "one", T1), item("b", "two", T2)];
    fixture.partner.will("two", &[(); 3].map(|()| Mood::Refuse(503, json!({}))));
    let request = fixture.request(throughline_contract::Input::Poll);
    let lost = fixture.execute_only(&request).await;
    assert_eq!((lost.retries.len(), fixture.watermark().await), (1, None));
    fixture.partner.will("two", &[(); 3].map(|()| Mood::Refuse(503, json!({}))));
    let again = fixture.execute(&request).await;
    assert_eq!(again.outcomes(), ["a created", "b failed"]);
    assert_eq!(again.retries.iter().map(|retry| retry.id).collect::<Vec<_>>(), [lost.retries[0].id]);
    assert!(fixture.watermark().await.is_some());
    fixture.partner.will("two", &[]);
    assert_eq!(fixture.retry(&again.retries[0]).await.outcomes(), ["b created"]);
    assert_eq!(fixture.partner.look().tickets.len(), 2);
}

#[tokio::test]
async fn a_record_dated_in_the_far_future_does_not_silence_the_poll() {
    let fixture = Fixture::new(action()).await;
    fixture.partner.look().items = vec![item("a", "one", T1), item("z", "future", "2099-01-01T00:00:00Z")];
    assert_eq!(fixture.poll().await.outcomes(), ["a created", "z created"]);
    fixture.partner.look().items.push(item("c", "three", T3));
    let next = fixture.poll().await;
    assert!(next.outcomes().contains(&"c created".to_owned()), "{:?}", next.outcomes());
    assert!(next.documents[&Phase::Status].to_string().contains("changed in the future"));
}

#[tokio::test]
async fn a_key_that_cannot_be_kept_fails_alone() {
    let fixture = Fixture::new(action()).await;
    let long = "k".repeat(3000);
    let pushed =
        fixture.push(&[item("a", "one", T1), item("nul\0", "two", T1), item(&long, "three", T1)]).await;
    let failed = pushed.run.records.iter().filter(|record| record.outcome == Outcome::Failed);
    let codes: Vec<_> = failed.map(|record| record.error.as_ref().unwrap().code).collect();
    assert_eq!(codes, [ErrorCode::RecordKeyMissing; 2]);
    assert_eq!(pushed.run.counts.created, 1);
}
