//! Bounded consume: a handler decides, the consumer acknowledges.

use std::time::Duration;

use async_trait::async_trait;
use tokio_util::sync::CancellationToken;

use crate::broker::Broker;
use crate::delivery::Delivery;
use crate::error::QueueError;
use crate::publisher::Publisher;
use crate::topology::Queue;

/// What becomes of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// What it caused is durable: forget it.
    Ack,
    /// Something that we need is away (a database, a store): handle it again after a pause. Costs no delivery, so an
    /// outage never makes a message poisonous.
    Retry,
    /// Nobody will ever be able to handle it (undecodable): keep its raw bytes in `parked`, with this reason.
    Park(String),
}

/// Handles messages, several at a time. A panic counts as a delivery; after five the message is a dead letter.
#[async_trait]
pub trait Handler: Send + Sync + 'static {
    /// Handles one message, idempotently.
    async fn handle(&self, delivery: Delivery) -> Verdict;
}

/// How a consumer behaves.
#[derive(Debug, Clone, Copy)]
pub struct ConsumerOptions {
    /// How many messages are handled at a time.
    pub concurrency: u16,
    /// How long handlers may finish after shutdown; what is not finished then is delivered to somebody else.
    pub drain: Duration,
    /// How long a message that is being retried is held by this process before another one gets its turn with it.
    pub hold: Duration,
}

impl Default for ConsumerOptions {
    fn default() -> Self {
        Self { concurrency: 16, drain: Duration::from_secs(20), hold: Duration::from_secs(60) }
    }
}

/// Consumes one queue.
#[derive(Debug)]
pub struct Consumer;

impl Consumer {
    /// A consumer of `queue`; `publisher` carries parked messages and dead letters.
    pub fn new(broker: &Broker, publisher: &Publisher, queue: Queue, options: ConsumerOptions) -> Self {
        let _ = (broker, publisher, queue, options);
        todo!()
    }

    /// Consumes until `shutdown`, reconnecting as needed; then takes nothing new, finishes what it has within the bound,
    /// and returns. Fails only when the broker refuses the queue (it is not declared).
    pub async fn run<H: Handler>(self, handler: H, shutdown: CancellationToken) -> Result<(), QueueError> {
        let _ = (handler, shutdown);
        todo!()
    }
}
