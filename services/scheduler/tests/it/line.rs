//! Who waits stands in a line.

use serde_json::json;
use throughline_chassis::task::Loop as _;
use throughline_domain::{Lane, RunId};
use throughline_scheduler::release::Release;
use throughline_store::scheduling::parked::{ParkedTrigger, Reason, park};

use crate::support::{Fixture, now};

#[tokio::test]
async fn a_trigger_that_comes_later_does_not_overtake_one_that_waits() {
    let fixture = Fixture::new(1, json!({ "kind": "listen" })).await;
    let [first, second, third] = std::array::from_fn(|_| fixture.webhook());
    let runs = [&first, &second, &third].map(|trigger| RunId::from(trigger.id.as_uuid()));
    fixture.admit(vec![first]).await;
    fixture.admit(vec![second]).await;
    assert_eq!(fixture.requested(1).await, runs[..1]);

    // The place is free when the third one comes, and yet it is the turn of the second.
    fixture.leases.release(fixture.tenant, runs[0]).await.unwrap();
    fixture.admit(vec![third]).await;
    let mut release = Release::new(fixture.admission.clone());
    release.turn().await.unwrap();
    assert_eq!(fixture.requested(1).await, runs[1..2]);
    release.turn().await.unwrap();
    fixture.leases.release(fixture.tenant, runs[1]).await.unwrap();
    release.turn().await.unwrap();
    assert_eq!(fixture.requested(1).await, runs[2..]);

    // Nobody waits any more, so nobody is made to.
    release.turn().await.unwrap();
    fixture.leases.release(fixture.tenant, runs[2]).await.unwrap();
    let fourth = fixture.webhook();
    let run = RunId::from(fourth.id.as_uuid());
    fixture.admit(vec![fourth]).await;
    assert_eq!(fixture.requested(1).await, [run]);
}

#[tokio::test]
async fn another_replica_sees_the_line_too_and_a_person_stands_in_none() {
    let fixture = Fixture::new(8, json!({ "kind": "listen" })).await;
    let waiting = fixture.webhook();
    let parked = ParkedTrigger {
        tenant: fixture.tenant,
        trigger: waiting.id,
        lane: Lane::Bulk,
        reason: Reason::Share,
        not_before: now(),
        message: throughline_contract::Message::encode(&waiting),
    };
    let mut tx = fixture.service().await;
    park(&mut tx, &[parked]).await.unwrap();
    tx.commit().await.unwrap();
    let person = throughline_contract::Trigger { lane: Lane::Interactive, ..fixture.webhook() };
    fixture.admit(vec![fixture.webhook(), person]).await;
    assert_eq!(fixture.depth(throughline_queue::Queue::RunsBulk).await, 0);
    fixture.take(throughline_queue::Queue::RunsInteractive, 1).await;
    Release::new(fixture.admission.clone()).turn().await.unwrap();
    let requested = fixture.requested(2).await;
    assert_eq!(requested.len(), 2);
}

#[tokio::test]
async fn a_trigger_that_nobody_can_read_any_more_is_kept_for_a_person() {
    let fixture = Fixture::new(8, json!({ "kind": "listen" })).await;
    let good = fixture.webhook();
    let bytes = b"\xff\x00 this is no protobuf".to_vec();
    let parked = |message: Vec<u8>, trigger| ParkedTrigger {
        tenant: fixture.tenant,
        trigger,
        lane: Lane::Bulk,
        reason: Reason::Share,
        not_before: now(),
        message,
    };
    let unreadable = fixture.webhook().id;
    let mut tx = fixture.service().await;
    let waiting =
        [parked(bytes.clone(), unreadable), parked(throughline_contract::Message::encode(&good), good.id)];
    park(&mut tx, &waiting).await.unwrap();
    tx.commit().await.unwrap();
    Release::new(fixture.admission.clone()).turn().await.unwrap();
    assert_eq!(fixture.requested(1).await, [RunId::from(good.id.as_uuid())], "the others go on");
    let kept = fixture.kept(1).await;
    assert_eq!((kept[0].origin.as_str(), &*kept[0].body), ("triggers", &*bytes));
    assert_eq!(kept[0].id, unreadable.to_string());
    assert_eq!(fixture.leases.count(fixture.tenant).await.unwrap(), 1, "it takes no place");
}
