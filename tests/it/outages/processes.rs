//! A process that dies loses nothing and doubles nothing.

use std::time::Duration;

use serde_json::json;
use throughline_chassis::Service;
use throughline_coord::{Coord, Leases};

use crate::journeys::firing;
use crate::support::Ring;
use crate::support::partners::Partners;

pub(super) fn event(id: &str) -> serde_json::Value {
    json!({ "version": 1, "event": "alert.raised", "delivery": id, "alerts": [firing(id)] })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_dies_between_the_write_and_its_word_leaves_one_record() {
    let mut ring = Ring::start().await;
    let partners = Partners::start(&ring.client).await;
    let mut document = partners.document();
    // What was on its way when a worker died is looked for once it can no longer arrive.
    document["actions"][0]["limits"] = json!({ "http_timeout": "8s" });
    let url = ring.client.publish(&document).await.hook_url.unwrap();
    // The desk does the write and keeps its answer to itself: the worker dies while it waits.
    let slow = json!({ "mode": "lost_answer", "delay_ms": 3000, "method": "POST", "path": "/api/incidents", "times": 1 });
    partners.break_desk(slow).await;
    let run = ring.client.hook(&url, &event("ALR-50")).await;
    tokio::time::sleep(Duration::from_millis(800)).await;
    ring.crash(Service::Worker);
    ring.spawn(Service::Worker);
    partners.incident("ALR-50", |_| true).await;
    ring.client.ended(&run).await;
    assert_eq!(partners.counts().await["by_external_id"]["ALR-50"]["created"], 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn captures_wait_for_a_sink() {
    let mut ring = Ring::start().await;
    let partners = Partners::start(&ring.client).await;
    let url = ring.client.publish(&partners.document()).await.hook_url.unwrap();
    ring.crash(Service::Sink);
    let run = ring.client.hook(&url, &event("ALR-51")).await;
    partners.incident("ALR-51", |_| true).await;
    ring.spawn(Service::Sink);
    assert_eq!(ring.client.ended(&run).await["status"], "succeeded");
}

#[tokio::test(flavor = "multi_thread")]
async fn triggers_wait_for_a_scheduler() {
    let mut ring = Ring::start().await;
    let partners = Partners::start(&ring.client).await;
    let url = ring.client.publish(&partners.document()).await.hook_url.unwrap();
    ring.crash(Service::Scheduler);
    let run = ring.client.hook(&url, &event("ALR-52")).await;
    ring.spawn(Service::Scheduler);
    assert_eq!(ring.client.ended(&run).await["status"], "succeeded");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_service_ends_in_good_order() {
    let mut ring = Ring::start().await;
    let partners = Partners::start(&ring.client).await;
    let url = ring.client.publish(&partners.document()).await.hook_url.unwrap();
    let run = ring.client.hook(&url, &event("ALR-53")).await;
    ring.client.ended(&run).await;
    for service in [Service::Worker, Service::Scheduler, Service::Sink, Service::Gateway] {
        ring.stop(service).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tenant_over_its_share_waits_and_nothing_is_lost() {
    let ring = Ring::start_with(|config| config.scheduler.tenant_in_flight = 2).await;
    let partners = Partners::start(&ring.client).await;
    let url = ring.client.publish(&partners.document()).await.hook_url.unwrap();
    let ids: Vec<String> = (100..140).map(|n| format!("ALR-{n}")).collect();
    let runs = futures_util::future::join_all(ids.iter().map(|id| {
        let (client, url) = (ring.client.clone(), url.clone());
        async move { client.hook(&url, &event(id)).await }
    }))
    .await;
    for run in runs {
        assert_eq!(ring.client.ended(&run).await["status"], "succeeded");
    }
    let counts = partners.counts().await;
    assert_eq!((&counts["creates"], &counts["duplicates"]), (&json!(40), &json!([])));
}

#[tokio::test(flavor = "multi_thread")]
async fn places_that_nobody_gave_back_do_not_stop_a_tenant() {
    let ring = Ring::start_with(|config| config.scheduler.tenant_in_flight = 2).await;
    let partners = Partners::start(&ring.client).await;
    let url = ring.client.publish(&partners.document()).await.hook_url.unwrap();
    let mut over = Vec::new();
    for id in ["ALR-55", "ALR-56"] {
        let run = ring.client.hook(&url, &event(id)).await;
        ring.client.ended(&run).await;
        over.push(run.parse().unwrap());
    }
    // As if Redis had been away when the workers were done.
    let leases = Leases::new(&Coord::new(&ring.stack.redis_url, Duration::from_secs(1)).unwrap());
    leases.acquire_many(ring.tenant.id, &over, 2, Duration::from_secs(600)).await.unwrap();
    let run = ring.client.hook(&url, &event("ALR-57")).await;
    assert_eq!(ring.client.ended(&run).await["status"], "succeeded");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unreadable_message_is_parked_with_its_bytes_and_blocks_nobody() {
    use throughline_queue::{Broker, Message, Parked, Publisher, Queue};
    let ring = Ring::start().await;
    let partners = Partners::start(&ring.client).await;
    let url = ring.client.publish(&partners.document()).await.hook_url.unwrap();
    let broker = Broker::new(ring.stack.broker.url(), "tests").unwrap();
    let publisher = Publisher::new(&broker);
    let poison = b"\xff\x00 this is no protobuf".to_vec();
    for queue in [Queue::Triggers, Queue::RunsBulk, Queue::Captures] {
        let message = Message::new("throughline.unknown.v1.Thing", uuid::Uuid::new_v4(), poison.clone());
        publisher.publish(queue, message).await.unwrap();
    }
    let run = ring.client.hook(&url, &event("ALR-54")).await;
    assert_eq!(ring.client.ended(&run).await["status"], "succeeded");
    let parked = Parked::new(&broker, &publisher);
    let messages =
        throughline_testkit::eventually("three parked messages", crate::support::client::SOON, || async {
            let found = parked.list(10).await.unwrap();
            if found.len() == 3 { Ok(found) } else { Err(found.len()) }
        })
        .await;
    assert!(messages.iter().all(|message| message.body == poison));
    broker.close().await;
}
