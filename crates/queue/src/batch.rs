//! Consume in batches: many messages, one commit, one acknowledgement.

mod filling;
mod settle;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::backoff::Backoff;
use crate::broker::Broker;
use crate::delivery::Delivery;
use crate::error::QueueError;
use crate::publisher::Publisher;
use crate::receipt::Desk;
use crate::subscription::Subscription;
use crate::topology::Queue;
use filling::Filling;
use settle::{Ended, Settling};

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
    /// is handled again after a pause: the error means that something we need is away. A batch that cannot be handled for
    /// long goes to the end of its queue, which costs no delivery, so that no outage makes a message poisonous. A handler
    /// that panics on a batch is given its messages one by one, so that a poisonous one is found and dead-lettered.
    async fn handle(&self, batch: &[Delivery]) -> anyhow::Result<Vec<BatchVerdict>>;
}

/// When a batch closes: at whichever limit it meets first.
#[derive(Debug, Clone, Copy)]
pub struct BatchOptions {
    /// The most messages.
    pub max_messages: usize,
    /// The most bytes of bodies; the message that crosses the limit is the last of its batch.
    pub max_bytes: usize,
    /// The longest wait after the first message.
    pub max_wait: Duration,
    /// How many messages the broker may send ahead: the batch in hand and the one that fills. What they hold is in
    /// memory, and the broker cannot count bytes, so this times the largest message is the bound.
    pub prefetch: u16,
    /// How long a message that cannot be handled is kept before it goes to the end of its queue.
    pub hold: Duration,
    /// How long the batch in hand may finish after shutdown.
    pub drain: Duration,
}

impl Default for BatchOptions {
    fn default() -> Self {
        Self {
            max_messages: 500,
            max_bytes: 8 << 20,
            max_wait: Duration::from_millis(250),
            prefetch: 1000,
            // A broker takes back what is not acknowledged within `consumer_timeout`, 30 minutes by default, closes the
            // channel and counts a delivery; a third of it leaves time for one slow last try.
            hold: Duration::from_secs(10 * 60),
            drain: Duration::from_secs(20),
        }
    }
}

/// Consumes one queue in batches. The next batch fills while the present one is handled.
#[derive(Debug)]
pub struct BatchConsumer {
    desk: Desk,
    options: BatchOptions,
}

impl BatchConsumer {
    /// A consumer of `queue`; `publisher` carries parked messages and dead letters.
    pub fn new(broker: &Broker, publisher: &Publisher, queue: Queue, options: BatchOptions) -> Self {
        let desk = Desk { broker: broker.clone(), publisher: publisher.clone(), queue };
        Self { desk, options }
    }

    /// Consumes until `shutdown`; see [`crate::Consumer::run`].
    pub async fn run<H: BatchHandler>(
        self,
        handler: H,
        shutdown: CancellationToken,
    ) -> Result<(), QueueError> {
        let handler = Arc::new(handler);
        let mut backoff = Backoff::reconnect();
        while !shutdown.is_cancelled() {
            let Err(error) = self.session(&handler, &shutdown, &mut backoff).await else { break };
            if error.is_refusal() {
                return Err(error);
            }
            let wait = backoff.next_wait();
            tracing::warn!(queue.name = self.desk.queue.as_str(), %error, "consuming was interrupted and goes on soon");
            let _ = tokio::time::timeout(wait, shutdown.cancelled()).await;
        }
        Ok(())
    }

    /// One subscription; ends well only at shutdown.
    async fn session<H: BatchHandler>(
        &self,
        handler: &Arc<H>,
        shutdown: &CancellationToken,
        backoff: &mut Backoff,
    ) -> Result<(), QueueError> {
        let mut subscription = Subscription::open(&self.desk, self.options.prefetch).await?;
        let mut filling = Filling::new(self.options);
        // At most one batch at a time: batches are acknowledged in order, each with one frame.
        let mut in_hand = JoinSet::new();
        let hold = self.options.hold;
        let settling = || Settling::new(Arc::clone(handler), self.desk.clone(), hold, shutdown.clone());
        let broken = loop {
            if in_hand.is_empty() && filling.is_due() {
                in_hand.spawn(settling().settle(filling.take()));
            }
            tokio::select! {
                () = shutdown.cancelled() => break None,
                Some(ended) = in_hand.join_next() => {
                    // What is as old as a batch that could not be handled shares its fate, without a try that takes time.
                    if matches!(ended, Ok(Ended::SentToBack)) {
                        in_hand.spawn(settling().send_to_back(filling.take_older_than(self.options.hold)));
                    }
                }
                () = filling.falls_due(), if in_hand.is_empty() => {}
                received = subscription.next() => match received {
                    Ok(receipt) => {
                        backoff.reset();
                        filling.add(receipt);
                    }
                    Err(error) => break Some(error),
                },
            }
        };
        if let Some(error) = broken {
            // The batch in hand will come again, but what it has begun is better finished than cut off.
            while in_hand.join_next().await.is_some() {}
            return Err(error);
        }
        subscription.stop().await;
        let rest = async {
            while in_hand.join_next().await.is_some() {}
            loop {
                let batch = filling.take();
                if batch.is_empty() {
                    break;
                }
                in_hand.spawn(settling().settle(batch));
                while in_hand.join_next().await.is_some() {}
            }
        };
        if tokio::time::timeout(self.options.drain, rest).await.is_err() {
            tracing::warn!("a batch is left to somebody else: the time to finish is over");
            in_hand.shutdown().await;
        }
        subscription.close().await;
        Ok(())
    }
}
