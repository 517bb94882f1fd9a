use std::collections::BTreeSet;
use std::time::Duration;

use throughline_queue::{PublishError, Publisher, PublisherOptions, Queue};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};
use tracing_subscriber::layer::SubscriberExt;

use crate::stage::{bare_stage, message, stage, texts};

fn impatient() -> PublisherOptions {
    PublisherOptions { confirm_within: Duration::from_millis(500), ..PublisherOptions::default() }
}

#[tokio::test]
async fn many_confirms_are_awaited_at_a_time() {
    let Some(stage) = stage().await else { return };
    let publisher = Publisher::new(&stage.broker);
    let mut tasks = JoinSet::new();
    for number in 0..500 {
        let publisher = publisher.clone();
        tasks.spawn(async move { publisher.publish(Queue::Captures, message(number.to_string())).await });
    }
    while let Some(done) = tasks.join_next().await {
        done.unwrap().unwrap();
    }
    assert_eq!(stage.depth(Queue::Captures).await, 500);
}

#[tokio::test]
async fn nothing_confirmed_is_lost_when_connections_break() {
    let Some(stage) = stage().await else { return };
    let publisher = Publisher::new(&stage.fragile);
    let mut tasks = JoinSet::new();
    for worker in 0..32 {
        let publisher = publisher.clone();
        tasks.spawn(async move {
            let mut confirmed = BTreeSet::new();
            for number in 0..60 {
                let body = format!("{worker}-{number}");
                if publisher.publish(Queue::Captures, message(body.clone())).await.is_ok() {
                    confirmed.insert(body);
                }
            }
            confirmed
        });
    }
    for _ in 0..6 {
        sleep(Duration::from_millis(60)).await;
        stage.proxy.cut();
    }
    let confirmed: BTreeSet<String> = tasks.join_all().await.into_iter().flatten().collect();
    assert_eq!(confirmed.len(), 32 * 60, "every message is confirmed in the end");
    stage.take_until(Queue::Captures, |taken| confirmed.is_subset(&texts(taken))).await;
}

#[tokio::test]
async fn a_broker_that_is_away_costs_no_more_than_the_bound_and_is_found_again() {
    let Some(stage) = stage().await else { return };
    let publisher = Publisher::with_options(&stage.fragile, impatient());
    stage.proxy.die();
    let began = Instant::now();
    let refused = publisher.publish(Queue::Triggers, message("early")).await;
    assert!(matches!(refused, Err(PublishError::NotConfirmed { .. })), "{refused:?}");
    assert!(began.elapsed() < Duration::from_secs(2));
    stage.proxy.revive();
    publisher.publish(Queue::Triggers, message("late")).await.unwrap();
    assert_eq!(stage.depth(Queue::Triggers).await, 1);
}

#[tokio::test]
async fn a_message_without_a_queue_is_an_error_at_once() {
    let Some(stage) = bare_stage().await else { return };
    let publisher = Publisher::new(&stage.broker);
    let began = Instant::now();
    let refused = publisher.publish(Queue::Triggers, message("stray")).await;
    assert!(matches!(refused, Err(PublishError::Unroutable(_))), "{refused:?}");
    assert!(began.elapsed() < Duration::from_secs(5));
}

#[tokio::test]
async fn a_message_that_brokers_refuse_for_its_size_is_not_sent() {
    let Some(stage) = stage().await else { return };
    let huge = message("x".repeat(16 << 20));
    let refused = Publisher::new(&stage.broker).publish(Queue::Captures, huge).await;
    assert!(matches!(refused, Err(PublishError::TooLarge { .. })), "{refused:?}");
}

#[tokio::test]
async fn properties_headers_and_the_trace_travel_along() {
    let Some(stage) = stage().await else { return };
    opentelemetry::global::set_text_map_propagator(
        opentelemetry_sdk::propagation::TraceContextPropagator::new(),
    );
    let provider = opentelemetry_sdk::trace::SdkTracerProvider::builder().build();
    let tracer = opentelemetry::trace::TracerProvider::tracer(&provider, "test");
    let subscriber = tracing_subscriber::registry().with(tracing_opentelemetry::layer().with_tracer(tracer));
    let _guard = tracing::subscriber::set_default(subscriber);
    let sent = message("traced").header("tenant", "acme");
    Publisher::new(&stage.broker).publish(Queue::Triggers, sent.clone()).await.unwrap();
    let received = stage.take(Queue::Triggers, 1).await.remove(0);
    assert_eq!(received.message_type, "test.Text");
    assert_eq!(received.message_id, sent.id.to_string());
    assert_eq!(received.headers["tenant"], "acme");
    assert!(received.headers["traceparent"].starts_with("00-"));
    assert!(received.published_at_ms.is_some());
    assert_eq!((received.redelivered, received.delivery_count), (false, 0));
}
