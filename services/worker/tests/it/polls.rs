//! Polls: the watermark, its overlap, and sources that are away.

use serde_json::json;
use throughline_domain::{ErrorClass, Phase, RunStatus, Side};

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
