use std::time::Duration;

use throughline_coord::{Live, LiveItem, LivePublisher, Subscription};
use throughline_domain::TenantId;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::stage::{Stage, stage, tenant};

/// A publisher whose task runs as long as the set lives.
fn publisher(live: &Live) -> (LivePublisher, JoinSet<()>) {
    let (publisher, task) = live.publisher(CancellationToken::new());
    let mut tasks = JoinSet::new();
    tasks.spawn(task);
    (publisher, tasks)
}

fn live(stage: &Stage) -> Live {
    Live::new(&stage.coord, 1000)
}

async fn item(subscription: &mut Subscription) -> LiveItem {
    subscription.next_within(Duration::from_secs(20)).await.expect("an item")
}

/// The data of the next event, and its id.
async fn event(subscription: &mut Subscription) -> (String, String) {
    match item(subscription).await {
        LiveItem::Event(event) => {
            assert_eq!(event.kind, "run.started");
            (event.data, event.id)
        }
        LiveItem::Gap => panic!("a gap"),
    }
}

fn send(publisher: &LivePublisher, tenant: TenantId, numbers: std::ops::Range<u32>) {
    for number in numbers {
        publisher.send(tenant, "run.started", number.to_string());
    }
}

#[tokio::test]
async fn subscribers_see_their_tenants_events_in_order() {
    let Some(stage) = stage().await else { return };
    let (live, ours, theirs) = (live(&stage), tenant(), tenant());
    let (publisher, _tasks) = publisher(&live);
    let mut subscriptions = [live.subscribe(ours, None).await, live.subscribe(ours, None).await];
    send(&publisher, theirs, 0..5);
    send(&publisher, ours, 10..40);
    for subscription in &mut subscriptions {
        for number in 10..40 {
            assert_eq!(event(subscription).await.0, number.to_string());
        }
        assert_eq!(subscription.next_within(Duration::from_millis(50)).await, None);
    }
}

#[tokio::test]
async fn a_subscription_goes_on_after_the_event_that_was_seen_last() {
    let Some(stage) = stage().await else { return };
    let (live, tenant) = (live(&stage), tenant());
    let (publisher, _tasks) = publisher(&live);
    let mut first = live.subscribe(tenant, None).await;
    send(&publisher, tenant, 0..10);
    let mut last_seen = String::new();
    for _ in 0..4 {
        last_seen = event(&mut first).await.1;
    }
    drop(first);
    let mut again = live.subscribe(tenant, Some(&last_seen)).await;
    send(&publisher, tenant, 10..15);
    for number in 4..15 {
        assert_eq!(event(&mut again).await.0, number.to_string());
    }
}

#[tokio::test]
async fn whoever_was_away_too_long_is_told_that_there_is_a_gap() {
    let Some(stage) = stage().await else { return };
    let (live, tenant) = (live(&stage), tenant());
    let (publisher, _tasks) = publisher(&live);
    let mut watcher = live.subscribe(tenant, None).await;
    send(&publisher, tenant, 0..1);
    let (_, seen) = event(&mut watcher).await;
    stage.flush().await;
    send(&publisher, tenant, 1..3);
    for number in 1..3 {
        assert_eq!(event(&mut watcher).await.0, number.to_string());
    }
    let mut again = live.subscribe(tenant, Some(&seen)).await;
    assert_eq!(item(&mut again).await, LiveItem::Gap);
    assert_eq!(event(&mut again).await.0, "1");
    let mut confused = live.subscribe(tenant, Some("yesterday")).await;
    assert_eq!(item(&mut confused).await, LiveItem::Gap);
}

#[tokio::test]
async fn a_subscription_lives_through_an_outage_and_says_so() {
    let Some(stage) = stage().await else { return };
    let (sending, watching, tenant) = (live(&stage), Live::new(&stage.fragile, 1000), tenant());
    let (publisher, _tasks) = publisher(&sending);
    let mut watcher = watching.subscribe(tenant, None).await;
    stage.proxy.die();
    assert_eq!(watcher.next_within(Duration::from_millis(200)).await, None);
    stage.proxy.revive();
    assert_eq!(item(&mut watcher).await, LiveItem::Gap);
    send(&publisher, tenant, 0..3);
    for number in 0..3 {
        assert_eq!(event(&mut watcher).await.0, number.to_string());
    }
}

#[tokio::test]
async fn sending_never_waits_even_without_redis() {
    let Some(stage) = stage().await else { return };
    stage.proxy.die();
    let live = Live::new(&stage.fragile, 1000);
    let (publisher, _tasks) = publisher(&live);
    let began = tokio::time::Instant::now();
    send(&publisher, tenant(), 0..20_000);
    assert!(began.elapsed() < Duration::from_secs(2));
}
