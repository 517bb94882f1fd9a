use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use throughline_queue::{
    BatchConsumer, BatchHandler, BatchOptions, BatchVerdict, Broker, Delivery, Publisher, Queue,
};
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use crate::stage::{Running, Stage, eventually, numbered, stage, texts};

type Script = fn(usize, &[Delivery]) -> anyhow::Result<Vec<BatchVerdict>>;

/// Notes every batch that it is given, and does what the script says of the n-th.
#[derive(Clone)]
struct Noting {
    batches: Arc<Mutex<Vec<Vec<Delivery>>>>,
    takes: Duration,
    script: Script,
}

fn noting(script: Script) -> Noting {
    Noting { batches: Arc::default(), takes: Duration::ZERO, script }
}

fn all_durable(_: usize, batch: &[Delivery]) -> anyhow::Result<Vec<BatchVerdict>> {
    Ok(vec![BatchVerdict::Ack; batch.len()])
}

impl Noting {
    fn sizes(&self) -> Vec<usize> {
        self.batches.lock().unwrap().iter().map(Vec::len).collect()
    }
}

#[async_trait]
impl BatchHandler for Noting {
    async fn handle(&self, batch: &[Delivery]) -> anyhow::Result<Vec<BatchVerdict>> {
        let number = {
            let mut batches = self.batches.lock().unwrap();
            batches.push(batch.to_vec());
            batches.len() - 1
        };
        sleep(self.takes).await;
        (self.script)(number, batch)
    }
}

fn run(stage: &Stage, broker: &Broker, options: BatchOptions, handler: &Noting) -> Running {
    let consumer = BatchConsumer::new(broker, &Publisher::new(&stage.broker), Queue::Captures, options);
    let token = CancellationToken::new();
    Running::new(token.clone(), consumer.run(handler.clone(), token))
}

fn batches_of(max_messages: usize) -> BatchOptions {
    BatchOptions { max_messages, max_wait: Duration::from_millis(200), ..BatchOptions::default() }
}

#[tokio::test]
async fn a_batch_closes_by_count_and_the_last_by_time() {
    let Some(stage) = stage().await else { return };
    stage.publish(Queue::Captures, numbered(25)).await;
    let handler = noting(all_durable);
    let running = run(&stage, &stage.broker, batches_of(10), &handler);
    eventually("all are handled", async || handler.sizes().iter().sum::<usize>() == 25).await;
    running.end().await.unwrap();
    assert_eq!(handler.sizes(), [10, 10, 5]);
    assert_eq!(stage.depth(Queue::Captures).await, 0);
}

#[tokio::test]
async fn a_batch_closes_by_size() {
    let Some(stage) = stage().await else { return };
    stage.publish(Queue::Captures, (0..6).map(|_| "x".repeat(1000))).await;
    let handler = noting(all_durable);
    let options = BatchOptions { max_bytes: 2000, ..batches_of(100) };
    let running = run(&stage, &stage.broker, options, &handler);
    eventually("all are handled", async || handler.sizes().iter().sum::<usize>() == 6).await;
    running.end().await.unwrap();
    assert_eq!(handler.sizes(), [2, 2, 2]);
}

#[tokio::test]
async fn nothing_is_acknowledged_before_the_handler_succeeded() {
    let Some(stage) = stage().await else { return };
    stage.publish(Queue::Captures, numbered(8)).await;
    let handler = noting(|_, _| anyhow::bail!("the store is away"));
    let running = run(&stage, &stage.broker, batches_of(8), &handler);
    eventually("it was tried again", async || handler.sizes().len() >= 3).await;
    running.end().await.unwrap();
    stage.depth_becomes(Queue::Captures, 8).await;
}

#[tokio::test]
async fn an_outage_delays_a_batch_and_nothing_else() {
    let Some(stage) = stage().await else { return };
    stage.publish(Queue::Captures, numbered(8)).await;
    let handler = noting(|number, batch| {
        anyhow::ensure!(number >= 3, "the store is away");
        all_durable(number, batch)
    });
    let running = run(&stage, &stage.broker, batches_of(8), &handler);
    eventually("it succeeded", async || handler.sizes().len() == 4).await;
    running.end().await.unwrap();
    let batches = handler.batches.lock().unwrap().clone();
    assert_eq!(batches[3][0].delivery_count, 0);
    assert_eq!(stage.depth(Queue::Captures).await + stage.depth(Queue::Dead).await, 0);
}

#[tokio::test]
async fn single_messages_of_a_batch_can_be_parked() {
    let Some(stage) = stage().await else { return };
    stage.publish(Queue::Captures, numbered(5)).await;
    let handler = noting(|_, batch| {
        let verdict = |delivery: &Delivery| match &*delivery.body {
            b"4" => BatchVerdict::Park("garbled".to_owned()),
            _ => BatchVerdict::Ack,
        };
        Ok(batch.iter().map(verdict).collect())
    });
    let running = run(&stage, &stage.broker, batches_of(5), &handler);
    stage.depth_becomes(Queue::Parked, 1).await;
    running.end().await.unwrap();
    assert_eq!(stage.depth(Queue::Captures).await, 0);
    assert_eq!(texts(&stage.take(Queue::Parked, 1).await), ["4".to_owned()].into());
}

#[tokio::test]
async fn a_poisonous_message_is_found_and_the_rest_of_its_batch_is_handled() {
    let Some(stage) = stage().await else { return };
    stage.publish(Queue::Captures, numbered(5)).await;
    let handler = noting(|number, batch| {
        assert!(batch.iter().all(|delivery| &*delivery.body != b"2"), "cannot stomach this");
        all_durable(number, batch)
    });
    let running = run(&stage, &stage.broker, batches_of(5), &handler);
    stage.depth_becomes(Queue::Dead, 1).await;
    running.end().await.unwrap();
    assert_eq!(stage.depth(Queue::Captures).await, 0);
    assert_eq!(texts(&stage.take(Queue::Dead, 1).await), ["2".to_owned()].into());
}

#[tokio::test]
async fn a_batch_whose_connection_breaks_comes_again() {
    let Some(stage) = stage().await else { return };
    stage.publish(Queue::Captures, numbered(6)).await;
    let handler = Noting { takes: Duration::from_millis(300), ..noting(all_durable) };
    let running = run(&stage, &stage.fragile, batches_of(6), &handler);
    eventually("it is in hand", async || handler.sizes().len() == 1).await;
    stage.proxy.cut();
    eventually("it came again", async || handler.sizes().len() >= 2).await;
    running.end().await.unwrap();
    let batches = handler.batches.lock().unwrap().clone();
    assert_eq!(texts(&batches[0]), texts(&batches[1..].concat()));
    assert_eq!(stage.depth(Queue::Captures).await, 0);
}

#[tokio::test]
async fn shutdown_stores_the_batch_that_was_filling() {
    let Some(stage) = stage().await else { return };
    stage.publish(Queue::Captures, numbered(3)).await;
    let handler = noting(all_durable);
    let options = BatchOptions { max_wait: Duration::from_secs(60), ..batches_of(100) };
    let running = run(&stage, &stage.broker, options, &handler);
    stage.depth_becomes(Queue::Captures, 0).await;
    running.end().await.unwrap();
    assert_eq!(handler.sizes(), [3]);
    assert_eq!(stage.depth(Queue::Captures).await, 0);
}

#[tokio::test]
async fn a_long_outage_sends_a_batch_to_the_back_and_costs_no_delivery() {
    let Some(stage) = stage().await else { return };
    stage.publish(Queue::Captures, numbered(12)).await;
    let handler = noting(|number, batch| {
        anyhow::ensure!(number >= 12, "the store is away");
        all_durable(number, batch)
    });
    let options = BatchOptions { hold: Duration::from_millis(200), ..batches_of(5) };
    let running = run(&stage, &stage.broker, options, &handler);
    let handled = || handler.batches.lock().unwrap().iter().skip(12).map(Vec::len).sum::<usize>();
    eventually("the outage is over", async || handled() == 12).await;
    running.end().await.unwrap();
    let last = handler.batches.lock().unwrap().iter().skip(12).flatten().cloned().collect::<Vec<_>>();
    assert_eq!(texts(&last), numbered(12).collect());
    let sent_back = |one: &Delivery| one.headers.get("throughline-returns").is_some_and(|count| count == "0");
    assert!(last.iter().all(|one| one.delivery_count == 0 && !one.redelivered && sent_back(one)));
    assert_eq!(stage.depth(Queue::Captures).await + stage.depth(Queue::Dead).await, 0);
}

#[tokio::test]
async fn restarts_during_an_outage_cost_no_delivery() {
    let Some(stage) = stage().await else { return };
    stage.publish(Queue::Captures, numbered(4)).await;
    for _ in 0..7 {
        let handler = noting(|_, _| anyhow::bail!("the store is away"));
        let running = run(&stage, &stage.broker, batches_of(4), &handler);
        eventually("it was tried", async || !handler.sizes().is_empty()).await;
        running.end().await.unwrap();
        stage.depth_becomes(Queue::Captures, 4).await;
    }
    let taken = stage.take(Queue::Captures, 4).await;
    assert!(taken.iter().all(|one| one.delivery_count == 0), "{taken:?}");
}
