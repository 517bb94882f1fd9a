//! Consume in batches: many messages, one commit, one acknowledgement.

use std::time::Duration;

use async_trait::async_trait;
use tokio_util::sync::CancellationToken;

use crate::broker::Broker;
use crate::delivery::Delivery;
use crate::error::QueueError;
use crate::publisher::Publisher;
use crate::topology::Queue;

/// What becomes of one message of a batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BatchVerdict {
    /// What it caused is durable.
    Ack,
    /// Keep its raw bytes in `parked`, with this reason.
    Park(String),
}

/// Handles batches, one at a time.
#[async_trait]
pub trait BatchHandler: Send + Sync + 'static {
    /// Makes the whole batch durable, idempotently, and gives one verdict per message, in order. On an error the batch
    /// is handled again after a pause, as often as it takes: the error means that something we need is away. A handler
    /// that panics on a batch is given its messages one by one, so that a poisonous one is found and dead-lettered.
    async fn handle(&self, batch: &[Delivery]) -> anyhow::Result<Vec<BatchVerdict>>;
}

/// When a batch closes: at whichever limit it meets first.
#[derive(Debug, Clone, Copy)]
pub struct BatchOptions {
    /// The most messages.
    pub max_messages: usize,
    /// The most bytes of bodies (one message may be larger and then is a batch of its own).
    pub max_bytes: usize,
    /// The longest wait after the first message.
    pub max_wait: Duration,
    /// How long the batch in hand may finish after shutdown.
    pub drain: Duration,
}

impl Default for BatchOptions {
    fn default() -> Self {
        Self {
            max_messages: 500,
            max_bytes: 8 << 20,
            max_wait: Duration::from_millis(250),
            drain: Duration::from_secs(20),
        }
    }
}

/// Consumes one queue in batches. The next batch fills while the present one is handled.
#[derive(Debug)]
pub struct BatchConsumer;

impl BatchConsumer {
    /// A consumer of `queue`; `publisher` carries parked messages and dead letters.
    pub fn new(broker: &Broker, publisher: &Publisher, queue: Queue, options: BatchOptions) -> Self {
        let _ = (broker, publisher, queue, options);
        todo!()
    }

    /// Consumes until `shutdown`; see [`crate::Consumer::run`].
    pub async fn run<H: BatchHandler>(self, handler: H, shutdown: CancellationToken) -> Result<(), QueueError> {
        let _ = (handler, shutdown);
        todo!()
    }
}
