//! One run of a poll at a time.

use std::time::Duration;

use serde_json::json;
use throughline_chassis::task::{Loop as _, Turn};
use throughline_domain::RunId;
use throughline_queue::Queue;
use throughline_scheduler::planning::Planning;
use throughline_scheduler::polls::Polls;
use throughline_scheduler::release::Release;

use crate::support::Fixture;

/// A poll that is due every second, planned.
async fn polling(places: u32) -> (Fixture, Polls) {
    let fixture = Fixture::new(places, json!({ "kind": "poll", "every": "1s", "overlap": "1s" })).await;
    let planned = Planning::new(fixture.parts.clone()).turn().await.unwrap();
    assert_eq!(planned, Turn::Worked(1));
    let polls = Polls::new(fixture.admission.clone());
    (fixture, polls)
}

/// Lets it be due once more.
async fn due_again(polls: &mut Polls) {
    tokio::time::sleep(Duration::from_millis(1100)).await;
    assert_eq!(polls.turn().await.unwrap(), Turn::Worked(1));
}

#[tokio::test]
async fn a_poll_waits_for_the_end_of_its_last_run() {
    let (fixture, mut polls) = polling(8).await;
    polls.turn().await.unwrap();
    let first: RunId = fixture.requested(1).await[0];
    for _ in 0..2 {
        due_again(&mut polls).await;
        assert_eq!(fixture.depth(Queue::RunsBulk).await, 0, "the first one is still at work");
    }
    fixture.leases.release(fixture.tenant, first).await.unwrap();
    due_again(&mut polls).await;
    assert_ne!(fixture.requested(1).await, [first]);
}

#[tokio::test]
async fn polls_of_a_tenant_over_its_share_do_not_pile_up() {
    let (fixture, mut polls) = polling(1).await;
    let other = RunId::new(crate::support::now());
    let minute = Duration::from_secs(60);
    fixture.leases.acquire(fixture.tenant, other, 1, minute).await.unwrap();
    polls.turn().await.unwrap();
    for _ in 0..2 {
        due_again(&mut polls).await;
    }
    fixture.leases.release(fixture.tenant, other).await.unwrap();
    let mut release = Release::new(fixture.admission.clone());
    release.turn().await.unwrap();
    let run = fixture.requested(1).await[0];
    fixture.leases.release(fixture.tenant, run).await.unwrap();
    assert_eq!(release.turn().await.unwrap(), Turn::Idle, "one waited, not three");
}
