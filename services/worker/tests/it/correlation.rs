//! No duplicates: crashes, unknown outcomes, and runs that meet on one record.

use std::time::Duration;

use serde_json::Value;
use throughline_domain::{ErrorCode, Outcome, RunStatus};

use crate::fixture::{Fixture, action, event, item};
use crate::partner::Mood;

const T1: &str = "2026-01-01T10:00:00Z";
const T2: &str = "2026-01-01T10:05:00Z";

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
