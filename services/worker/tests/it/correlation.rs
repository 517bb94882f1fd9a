//! No duplicates: crashes, unknown outcomes, and runs that meet on one record.

use std::time::Duration;

use serde_json::{Value, json};
use throughline_domain::{ErrorCode, Outcome, RunStatus};

use crate::fixture::{Fixture, action, event, item};
use crate::partner::Mood;

const T1: &str = "2026-01-01T10:00:00Z";
const T2: &str = "2026-01-01T10:05:00Z";
const T3: &str = "2026-01-01T10:10:00Z";

#[tokio::test]
async fn after_a_crash_between_create_and_commit_the_record_is_found_and_not_made_again() {
    let fixture = Fixture::new(action()).await;
    fixture.partner.will("one", &[Mood::StoreSlowly(Duration::from_secs(30))]);
    let request = fixture.request(event(&[item("a", "one", T1)]));
    let crash = tokio::time::timeout(Duration::from_millis(500), fixture.execute(&request)).await;
    assert!(crash.is_err() && fixture.partner.look().tickets.len() == 1);
    let again = fixture.execute(&request).await;
    assert_eq!((again.run.status, again.outcomes()), (RunStatus::Succeeded, vec!["a created".to_owned()]));
    assert_eq!(again.run.records[0].target_key.as_deref(), Some("1"));
    let partner = fixture.partner.look();
    assert_eq!((partner.creates, partner.tickets.len(), partner.searches), (1, 1, 1));
}

#[tokio::test]
async fn a_newer_version_after_a_crash_finds_the_record_and_updates_it() {
    let fixture = Fixture::new(action()).await;
    fixture.partner.will("one", &[Mood::StoreSlowly(Duration::from_secs(30))]);
    let request = fixture.request(event(&[item("a", "one", T1)]));
    let crash = tokio::time::timeout(Duration::from_millis(500), fixture.execute(&request)).await;
    assert!(crash.is_err());
    let newer = fixture.push(&[item("a", "two", T2)]).await;
    assert_eq!(newer.outcomes(), ["a updated"]);
    assert_eq!(fixture.partner.titles(), ["two"]);
    assert_eq!(fixture.execute(&request).await.outcomes(), ["a skipped"]);
}

#[tokio::test]
async fn a_run_delivered_again_reports_what_it_did_and_does_nothing_twice() {
    let fixture = Fixture::new(action()).await;
    let request = fixture.request(event(&[item("a", "one", T1)]));
    fixture.execute(&request).await;
    let again = fixture.execute(&request).await;
    assert_eq!(again.outcomes(), ["a created"]);
    let partner = fixture.partner.look();
    assert_eq!((partner.creates, partner.updates), (1, 0));
}

#[tokio::test]
async fn a_create_whose_outcome_is_unknown_is_looked_for_by_the_retry() {
    let fixture = Fixture::new(action()).await;
    fixture.partner.will("one", &[Mood::StoreAndAnswer(500)]);
    let seen = fixture.push(&[item("a", "one", T1)]).await;
    assert_eq!((seen.run.status, seen.retries.len()), (RunStatus::Failed, 1));
    let retried = fixture.retry(&seen.retries[0]).await;
    assert_eq!(retried.outcomes(), ["a created"]);
    let partner = fixture.partner.look();
    assert_eq!((partner.creates, partner.tickets.len()), (1, 1));
}

#[tokio::test]
async fn where_the_target_cannot_be_searched_the_record_is_in_doubt() {
    let fixture = Fixture::with(action(), Value::Null).await;
    fixture.partner.will("one", &[Mood::StoreAndAnswer(500)]);
    let seen = fixture.push(&[item("a", "one", T1)]).await;
    assert_eq!(seen.outcomes(), ["a in_doubt"]);
    assert_eq!(seen.run.error.as_ref().map(|error| error.code), Some(ErrorCode::WriteInDoubt));
    assert!(seen.retries.is_empty() && seen.message().contains("may have been created in Desk"));
    assert!(seen.run.error.as_ref().unwrap().evidence.exchange.is_some());
    let again = fixture.push(&[item("a", "one", T1)]).await;
    assert_eq!(again.outcomes(), ["a in_doubt"]);
    assert_eq!(fixture.partner.look().creates, 1);
}

#[tokio::test]
async fn runs_that_meet_on_one_record_make_one() {
    let fixture = Fixture::new(action()).await;
    fixture.partner.will("one", &[Mood::StoreSlowly(Duration::from_millis(300))]);
    let (first, second, third) = tokio::join!(
        fixture.push_one("a", "one", T1),
        fixture.push_one("a", "one", T1),
        fixture.push_one("a", "one", T1),
    );
    let mut outcomes = [first, second, third];
    outcomes.sort();
    assert_eq!(outcomes, [Outcome::Created, Outcome::Unchanged, Outcome::Unchanged]);
    assert_eq!(fixture.partner.look().tickets.len(), 1);
}

impl Fixture {
    async fn push_one(&self, id: &str, name: &str, at: &str) -> Outcome {
        self.push(&[item(id, name, at)]).await.run.records[0].outcome
    }
}

/// An action that makes a ticket for what is open, and only updates what is closed.
fn only_open() -> Value {
    let mut action = action();
    action["create_when"] = json!({"field": "kind", "op": "eq", "value": "signal"});
    action.as_object_mut().unwrap().remove("filter");
    action
}

/// The target is away for all tries of one run.
fn away() -> [Mood; 3] {
    [(); 3].map(|()| Mood::Refuse(503, json!({})))
}

fn closed(id: &str, at: &str) -> Value {
    let mut item = item(id, "closed", at);
    item["kind"] = "closed".into();
    item
}

#[tokio::test]
async fn a_retry_does_not_bring_back_what_was_closed_meanwhile() {
    let fixture = Fixture::new(only_open()).await;
    fixture.partner.will("one", &away());
    let failed = fixture.push(&[item("a", "one", T1)]).await;
    assert_eq!((failed.outcomes(), failed.retries.len()), (vec!["a failed".to_owned()], 1));
    assert_eq!(fixture.push(&[closed("a", T2)]).await.outcomes(), ["a skipped"]);
    fixture.partner.will("one", &[]);
    let retried = fixture.retry(&failed.retries[0]).await;
    assert_eq!(retried.outcomes(), ["a skipped"]);
    assert_eq!(fixture.partner.look().tickets.len(), 0);
}

#[tokio::test]
async fn a_retry_that_is_delivered_again_is_tried_again_all_the_same() {
    let fixture = Fixture::new(action()).await;
    fixture.partner.will("one", &away());
    let failed = fixture.push(&[item("a", "one", T1)]).await;
    fixture.partner.will("one", &away());
    let retried = fixture.retry(&failed.retries[0]).await;
    fixture.partner.will("one", &away());
    let again = fixture.retry(&failed.retries[0]).await;
    assert_eq!(
        (retried.outcomes(), again.outcomes()),
        (vec!["a failed".to_owned()], vec!["a failed".to_owned()])
    );
    fixture.partner.will("one", &[]);
    assert_eq!(fixture.retry(&again.retries[0]).await.outcomes(), ["a created"]);
}

#[tokio::test]
async fn an_older_event_that_comes_late_creates_nothing_and_a_newer_one_does() {
    let fixture = Fixture::new(only_open()).await;
    assert_eq!(fixture.push(&[closed("a", T2)]).await.outcomes(), ["a skipped"]);
    assert_eq!(fixture.push(&[item("a", "one", T1)]).await.outcomes(), ["a skipped"]);
    assert_eq!(fixture.partner.look().tickets.len(), 0);
    assert_eq!(fixture.push(&[item("a", "again", T3)]).await.outcomes(), ["a created"]);
    assert_eq!(fixture.push(&[closed("a", T2)]).await.outcomes(), ["a skipped"]);
    assert_eq!(fixture.partner.titles(), ["again"]);
}

#[tokio::test]
async fn a_failed_create_leaves_what_was_known_of_the_record() {
    let fixture = Fixture::new(only_open()).await;
    fixture.push(&[closed("a", T2)]).await;
    fixture.partner.will("again", &away());
    let failed = fixture.push(&[item("a", "again", T3)]).await;
    assert_eq!(failed.outcomes(), ["a failed"]);
    assert_eq!(fixture.push(&[item("a", "one", T1)]).await.outcomes(), ["a skipped"]);
    fixture.partner.will("again", &[]);
    assert_eq!(fixture.retry(&failed.retries[0]).await.outcomes(), ["a created"]);
    assert_eq!(fixture.partner.titles(), ["again"]);
}

#[tokio::test]
async fn of_two_failures_of_a_record_the_newer_one_is_tried_again() {
    let fixture = Fixture::new(action()).await;
    fixture.partner.will("one", &away());
    fixture.partner.will("two", &away());
    let first = fixture.push(&[item("a", "one", T1)]).await;
    let second = fixture.push(&[item("a", "two", T2)]).await;
    assert_eq!(fixture.push(&[item("a", "one", T1)]).await.outcomes(), ["a skipped"]);
    fixture.partner.will("two", &[]);
    assert_eq!(fixture.retry(&first.retries[0]).await.outcomes(), ["a skipped"]);
    assert_eq!(fixture.retry(&second.retries[0]).await.outcomes(), ["a created"]);
    assert_eq!(fixture.partner.titles(), ["two"]);
}
