//! What the broker and the database do alone, in the same run.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use futures_util::StreamExt;
use futures_util::stream;
use serde_json::{Value, json};
use throughline_queue::{
    Broker, Consumer, ConsumerOptions, Delivery, Handler, Message, Publisher, Queue, Topology, Verdict,
};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::measure::{Bench, round};

const MESSAGES: usize = 10_000;

/// Publish, confirm, consume and acknowledge a persistent 1 KiB message on a quorum queue.
pub async fn measure(bench: &Bench) -> anyhow::Result<Value> {
    let broker = Broker::new(bench.stack.text("/rabbitmq_url")?, "throughline-bench")?.with_prefix("bench.");
    Topology::throughline().declare(&broker).await?;
    let publisher = Publisher::new(&broker);
    let (shutdown, counted) = (CancellationToken::new(), Arc::new(AtomicUsize::new(0)));
    let options =
        ConsumerOptions { concurrency: 64, drain: Duration::from_secs(1), ..ConsumerOptions::default() };
    let consumer = Consumer::new(&broker, &publisher, Queue::Tasks, options);
    let consuming =
        tokio::task::JoinSet::from_iter([consumer.run(Count(Arc::clone(&counted)), shutdown.clone())]);
    let began = Instant::now();
    let mut sending = stream::iter(0..MESSAGES)
        .map(|number| {
            let message = Message::new("bench", Uuid::from_u128(number as u128), vec![0x5a; 1024]);
            publisher.publish(Queue::Tasks, message)
        })
        .buffer_unordered(256);
    while let Some(sent) = sending.next().await {
        sent?;
    }
    while counted.load(Ordering::Relaxed) < MESSAGES && began.elapsed() < Duration::from_secs(60) {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let took = began.elapsed();
    shutdown.cancel();
    consuming.join_all().await;
    broker.close().await;
    Ok(json!({ "broker_messages_per_second": round(MESSAGES as f64 / took.as_secs_f64()) }))
}

struct Count(Arc<AtomicUsize>);

#[async_trait]
impl Handler for Count {
    async fn handle(&self, _: Delivery) -> Verdict {
        self.0.fetch_add(1, Ordering::Relaxed);
        Verdict::Ack
    }
}
