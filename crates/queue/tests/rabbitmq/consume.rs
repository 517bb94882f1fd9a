use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use throughline_queue::{ConsumerOptions, Delivery, Handler, Queue, Verdict};
use tokio::time::{Instant, sleep};

use crate::stage::{Deciding, Hanging, bare_stage, eventually, numbered, options, stage};

/// Counts how many messages are handled at a time.
struct Slow {
    now: AtomicUsize,
    most: Arc<AtomicUsize>,
    done: Arc<AtomicUsize>,
}

#[async_trait]
impl Handler for Slow {
    async fn handle(&self, _: Delivery) -> Verdict {
        let now = self.now.fetch_add(1, Ordering::SeqCst) + 1;
        self.most.fetch_max(now, Ordering::SeqCst);
        sleep(Duration::from_millis(30)).await;
        self.now.fetch_sub(1, Ordering::SeqCst);
        self.done.fetch_add(1, Ordering::SeqCst);
        Verdict::Ack
    }
}

#[tokio::test]
async fn as_many_messages_are_handled_at_a_time_as_was_asked_for() {
    let Some(stage) = stage().await else { return };
    stage.publish(Queue::RunsBulk, numbered(40)).await;
    let (most, done) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let handler = Slow { now: AtomicUsize::new(0), most: Arc::clone(&most), done: Arc::clone(&done) };
    let running = stage.consume(&stage.broker, Queue::RunsBulk, options(8), handler);
    eventually("all are handled", async || done.load(Ordering::SeqCst) == 40).await;
    running.end().await.unwrap();
    assert_eq!(most.load(Ordering::SeqCst), 8);
    assert_eq!(stage.depth(Queue::RunsBulk).await, 0);
}

#[tokio::test]
async fn what_a_lost_consumer_had_in_hand_is_delivered_again() {
    let Some(stage) = stage().await else { return };
    stage.publish(Queue::RunsBulk, numbered(1)).await;
    let seen = Arc::default();
    let lost = stage.consume(&stage.fragile, Queue::RunsBulk, options(1), Hanging(Arc::clone(&seen)));
    eventually("it is in hand", async || seen.lock().unwrap().len() == 1).await;
    stage.proxy.die();
    stage.depth_becomes(Queue::RunsBulk, 1).await;
    let again = stage.take(Queue::RunsBulk, 1).await;
    assert!(again[0].redelivered);
    assert_eq!(again[0].delivery_count, 1);
    drop(lost);
}

#[tokio::test]
async fn a_consumer_finds_its_way_back_after_a_broken_connection() {
    let Some(stage) = stage().await else { return };
    let seen = Arc::new(Mutex::new(Vec::new()));
    let sink = Arc::clone(&seen);
    let handler = Deciding(move |delivery: Delivery| {
        sink.lock().unwrap().push(delivery.body);
        Verdict::Ack
    });
    let running = stage.consume(&stage.fragile, Queue::Triggers, options(4), handler);
    for round in 0..3usize {
        stage.publish(Queue::Triggers, numbered(5)).await;
        eventually("they arrive", async || seen.lock().unwrap().len() >= 5 * (round + 1)).await;
        stage.proxy.cut();
    }
    running.end().await.unwrap();
}

/// The broker counts consumers that are lost with the message in hand.
#[tokio::test]
async fn a_message_that_costs_a_consumer_each_time_is_a_dead_letter() {
    let Some(stage) = stage().await else { return };
    stage.publish(Queue::RunsBulk, ["poison".to_owned()]).await;
    let seen = Arc::default();
    let running = stage.consume(&stage.fragile, Queue::RunsBulk, options(16), Hanging(Arc::clone(&seen)));
    for delivery in 1..=6 {
        eventually("it is in hand", async || seen.lock().unwrap().len() == delivery).await;
        stage.proxy.cut();
    }
    stage.depth_becomes(Queue::Dead, 1).await;
    let dead = stage.take(Queue::Dead, 1).await.remove(0);
    assert_eq!(&*dead.body, b"poison");
    assert_eq!(dead.message_type, "test.Text");
    assert_eq!(dead.origin.as_deref(), Some("runs.bulk"));
    assert_eq!(dead.reason.as_deref(), Some("delivery_limit"));
    drop(running);
}

#[tokio::test]
async fn a_message_on_which_the_handler_panics_is_a_dead_letter_and_harms_nobody() {
    let Some(stage) = stage().await else { return };
    stage.publish(Queue::RunsBulk, ["poison".to_owned(), "good".to_owned()]).await;
    let counts = Arc::new(Mutex::new(Vec::new()));
    let sink = Arc::clone(&counts);
    let handler = Deciding(move |delivery: Delivery| {
        if &*delivery.body == b"poison" {
            sink.lock().unwrap().push(delivery.delivery_count);
            panic!("cannot stomach this");
        }
        Verdict::Ack
    });
    let running = stage.consume(&stage.broker, Queue::RunsBulk, options(2), handler);
    stage.depth_becomes(Queue::Dead, 1).await;
    running.end().await.unwrap();
    assert_eq!(*counts.lock().unwrap(), [0, 1, 2, 3, 4, 5]);
    assert_eq!(stage.depth(Queue::RunsBulk).await, 0);
    let dead = stage.take(Queue::Dead, 1).await.remove(0);
    assert_eq!(
        (dead.origin.as_deref(), dead.reason.as_deref()),
        (Some("runs.bulk"), Some("handler_panicked"))
    );
}

#[tokio::test]
async fn an_outage_of_something_else_does_not_make_messages_poisonous() {
    let Some(stage) = stage().await else { return };
    stage.publish(Queue::RunsBulk, numbered(3)).await;
    let attempts = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&attempts);
    let handler = Deciding(move |delivery: Delivery| {
        assert_eq!(delivery.delivery_count, 0);
        if counted.fetch_add(1, Ordering::SeqCst) < 40 { Verdict::Retry } else { Verdict::Ack }
    });
    let short_hold = ConsumerOptions { hold: Duration::from_millis(150), ..options(3) };
    let running = stage.consume(&stage.broker, Queue::RunsBulk, short_hold, handler);
    eventually("the outage is over", async || attempts.load(Ordering::SeqCst) >= 43).await;
    running.end().await.unwrap();
    assert_eq!(stage.depth(Queue::RunsBulk).await + stage.depth(Queue::Dead).await, 0);
}

#[tokio::test]
async fn shutdown_finishes_what_is_in_hand_and_leaves_the_rest() {
    let Some(stage) = stage().await else { return };
    stage.publish(Queue::RunsBulk, numbered(10)).await;
    let done = Arc::new(AtomicUsize::new(0));
    let handler = Slow { now: AtomicUsize::new(0), most: Arc::default(), done: Arc::clone(&done) };
    let running = stage.consume(&stage.broker, Queue::RunsBulk, options(2), handler);
    eventually("some are done", async || done.load(Ordering::SeqCst) >= 2).await;
    running.end().await.unwrap();
    let left = 10 - u32::try_from(done.load(Ordering::SeqCst)).unwrap();
    assert!(left > 0);
    stage.depth_becomes(Queue::RunsBulk, left).await;
}

#[tokio::test]
async fn shutdown_is_bounded_and_loses_nothing() {
    let Some(stage) = stage().await else { return };
    stage.publish(Queue::RunsBulk, numbered(2)).await;
    let seen = Arc::default();
    let short = ConsumerOptions { drain: Duration::from_millis(300), ..options(2) };
    let running = stage.consume(&stage.broker, Queue::RunsBulk, short, Hanging(Arc::clone(&seen)));
    eventually("they are in hand", async || seen.lock().unwrap().len() == 2).await;
    let began = Instant::now();
    running.end().await.unwrap();
    assert!(began.elapsed() < Duration::from_secs(2));
    stage.depth_becomes(Queue::RunsBulk, 2).await;
}

#[tokio::test]
async fn a_queue_that_is_not_declared_is_an_error_that_says_so() {
    let Some(stage) = bare_stage().await else { return };
    let running = stage.consume(&stage.broker, Queue::RunsBulk, options(1), Deciding(|_| Verdict::Ack));
    let error = running.ended().await.unwrap_err();
    assert!(error.is_refusal(), "{error}");
}

#[tokio::test]
async fn large_messages_are_handled_a_few_at_a_time() {
    let Some(stage) = stage().await else { return };
    stage.publish(Queue::RunsBulk, (0..12).map(|_| "x".repeat(10 << 10))).await;
    stage.publish(Queue::RunsBulk, ["larger than all that may be in hand: ".repeat(2000)]).await;
    let (most, done) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let handler = Slow { now: AtomicUsize::new(0), most: Arc::clone(&most), done: Arc::clone(&done) };
    let scarce = ConsumerOptions { in_hand_bytes: 35 << 10, ..options(8) };
    let running = stage.consume(&stage.broker, Queue::RunsBulk, scarce, handler);
    eventually("all are handled", async || done.load(Ordering::SeqCst) == 13).await;
    running.end().await.unwrap();
    assert_eq!(most.load(Ordering::SeqCst), 3);
    assert_eq!(stage.depth(Queue::RunsBulk).await, 0);
}

#[tokio::test]
async fn restarts_during_an_outage_do_not_make_a_message_poisonous() {
    let Some(stage) = stage().await else { return };
    stage.publish(Queue::RunsBulk, numbered(1)).await;
    for _ in 0..7 {
        let tried = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&tried);
        let handler = Deciding(move |_| {
            counted.fetch_add(1, Ordering::SeqCst);
            Verdict::Retry
        });
        let running = stage.consume(&stage.broker, Queue::RunsBulk, options(1), handler);
        eventually("it was tried", async || tried.load(Ordering::SeqCst) > 0).await;
        running.end().await.unwrap();
        stage.depth_becomes(Queue::RunsBulk, 1).await;
    }
    assert_eq!(stage.take(Queue::RunsBulk, 1).await[0].delivery_count, 0);
}
