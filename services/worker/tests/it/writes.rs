//! Creating, updating, leaving alone.

use serde_json::json;
use throughline_domain::{ErrorCode, Outcome, RunStatus};

use crate::fixture::{Fixture, action, item};

const T1: &str = "2026-01-01T10:00:00Z";
const T2: &str = "2026-01-01T10:05:00Z";

#[tokio::test]
async fn a_record_is_created_then_updated_then_left_alone() {
    let fixture = Fixture::new(action()).await;
    let first = fixture.push(&[item("a", "one", T1)]).await;
    assert_eq!(
        (first.run.status, first.outcomes()),
        (RunStatus::Succeeded, vec!["a created".to_owned()]),
        "{:?}",
        first.run.error
    );
    assert_eq!(first.run.records[0].target_key.as_deref(), Some("1"));
    let second = fixture.push(&[item("a", "two", T2)]).await;
    assert_eq!(second.outcomes(), ["a updated"]);
    let third = fixture.push(&[item("a", "two", T2)]).await;
    assert_eq!(third.outcomes(), ["a unchanged"]);
    let stale = fixture.push(&[item("a", "one", T1)]).await;
    assert_eq!(stale.outcomes(), ["a skipped"]);
    assert_eq!(fixture.partner.titles(), ["two"]);
    let partner = fixture.partner.look();
    assert_eq!((partner.creates, partner.updates, partner.searches), (1, 1, 0));
}

#[tokio::test]
async fn records_of_one_key_in_one_run_keep_their_order() {
    let fixture = Fixture::new(action()).await;
    let seen = fixture.push(&[item("a", "one", T1), item("b", "other", T1), item("a", "two", T2)]).await;
    assert_eq!(seen.outcomes(), ["a created", "a updated", "b created"]);
    let mut titles = fixture.partner.titles();
    titles.sort();
    assert_eq!(titles, ["other", "two"]);
}

#[tokio::test]
async fn fields_for_one_kind_of_write_do_not_cause_another() {
    let mut action = action();
    action["map"]
        .as_array_mut()
        .unwrap()
        .push(json!({"target": "note", "constant": "again", "on": "update"}));
    let fixture = Fixture::new(action).await;
    fixture.push(&[item("a", "one", T1)]).await;
    assert!(fixture.partner.look().tickets[&1].get("note").is_none());
    assert_eq!(fixture.push(&[item("a", "one", T1)]).await.outcomes(), ["a unchanged"]);
    assert_eq!(fixture.push(&[item("a", "two", T2)]).await.outcomes(), ["a updated"]);
    assert_eq!(fixture.partner.look().tickets[&1]["note"], "again");
}

#[tokio::test]
async fn create_when_decides_on_records_without_counterpart() {
    let mut action = action();
    action["create_when"] = json!({"field": "level", "op": "eq", "value": "high"});
    let fixture = Fixture::new(action).await;
    let mut low = item("a", "one", T1);
    low["level"] = json!("low");
    let seen = fixture.push(&[low.clone(), item("b", "noise", T1)]).await;
    assert_eq!(seen.outcomes(), ["a skipped", "b created"]);
    fixture.push(&[item("a", "one", T1)]).await;
    low["at"] = json!(T2);
    assert_eq!(fixture.push(&[low]).await.outcomes(), ["a updated"]);
}

#[tokio::test]
async fn an_update_needs_a_counterpart_that_is_there() {
    let mut only_update = action();
    only_update["write"] = json!("update");
    let fixture = Fixture::new(only_update).await;
    let seen = fixture.push(&[item("a", "one", T1)]).await;
    assert_eq!(seen.run.error.as_ref().map(|error| error.code), Some(ErrorCode::NoLinkedRecord));
    assert_eq!(seen.message(), "Record a: it has no counterpart in Desk, and this action only updates.");
    assert!(seen.retries.is_empty() && seen.run.status == RunStatus::Failed);

    let fixture = Fixture::new(action()).await;
    fixture.push(&[item("a", "one", T1)]).await;
    fixture.partner.look().tickets.clear();
    let seen = fixture.push(&[item("a", "two", T2)]).await;
    assert_eq!(seen.run.error.as_ref().map(|error| error.code), Some(ErrorCode::LinkedRecordMissing));
    assert_eq!(seen.message(), "Record a: its counterpart 1 is gone from Desk.");
}

#[tokio::test]
async fn what_the_filter_leaves_out_says_why() {
    let fixture = Fixture::new(action()).await;
    let mut noise = item("n", "noise", T1);
    noise["kind"] = json!("noise");
    let seen = fixture.push(&[noise, item("a", "one", T1)]).await;
    assert_eq!(seen.outcomes(), ["a created", "n filtered"]);
    assert_eq!(seen.run.counts.filtered, 1);
    let trace = &seen.documents[&throughline_domain::Phase::Extract]["filtered"][0]["trace"][0];
    assert_eq!(
        (&trace["field"], &trace["seen"], &trace["passed"]),
        (&json!("kind"), &json!("noise"), &json!(false))
    );
    assert_eq!(trace["pointer"], "/actions/0/filter");
}

#[tokio::test]
async fn many_records_in_one_run_all_arrive() {
    let fixture = Fixture::new(action()).await;
    let items: Vec<_> = (0..60).map(|n| item(&format!("k{n}"), &format!("n{n}"), T1)).collect();
    let seen = fixture.push(&items).await;
    assert_eq!((seen.run.counts.read, seen.run.counts.created), (60, 60));
    assert!(seen.run.records.iter().all(|record| record.outcome == Outcome::Created));
    assert_eq!(fixture.partner.look().tickets.len(), 60);
}
