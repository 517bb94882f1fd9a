//! Bounded consume: a handler decides, the consumer acknowledges.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use futures_util::FutureExt;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::JoinSet;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tracing::Instrument;

use crate::backoff::Backoff;
use crate::broker::Broker;
use crate::delivery::Delivery;
use crate::error::{PublishError, QueueError};
use crate::publisher::Publisher;
use crate::receipt::{Desk, Receipt};
use crate::subscription::Subscription;
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
    /// How many bytes of bodies are handled at a time. A body that is worked on takes many times its size (decoded, mapped,
    /// masked, encoded anew), so it is this and not the number of messages that bounds the memory. A message that is larger
    /// is handled alone.
    pub in_hand_bytes: usize,
}

impl Default for ConsumerOptions {
    fn default() -> Self {
        Self {
            concurrency: 16,
            drain: Duration::from_secs(20),
            hold: Duration::from_secs(60),
            // Six of the largest webhooks (5 MiB), or every ordinary message that any concurrency admits.
            in_hand_bytes: 32 << 20,
        }
    }
}

/// Consumes one queue.
#[derive(Debug)]
pub struct Consumer {
    desk: Desk,
    options: ConsumerOptions,
}

impl Consumer {
    /// A consumer of `queue`; `publisher` carries parked messages and dead letters.
    pub fn new(broker: &Broker, publisher: &Publisher, queue: Queue, options: ConsumerOptions) -> Self {
        let desk = Desk { broker: broker.clone(), publisher: publisher.clone(), queue };
        Self { desk, options }
    }

    /// Consumes until `shutdown`, reconnecting as needed; then takes nothing new, finishes what it has within the bound,
    /// and returns. Fails only when the broker refuses the queue (it is not declared).
    pub async fn run<H: Handler>(self, handler: H, shutdown: CancellationToken) -> Result<(), QueueError> {
        let slots = Arc::new(Semaphore::new(usize::from(self.options.concurrency)));
        let scales = Scales::new(self.options.in_hand_bytes);
        let mut crew = Crew { handler: Arc::new(handler), shutdown, slots, scales, tasks: JoinSet::new() };
        let mut backoff = Backoff::reconnect();
        while !crew.shutdown.is_cancelled() {
            let Err(error) = self.session(&mut crew, &mut backoff).await else { break };
            if error.is_refusal() {
                crew.finish(self.options.drain).await;
                return Err(error);
            }
            let wait = backoff.next_wait();
            tracing::warn!(queue.name = self.desk.queue.as_str(), %error, "consuming was interrupted and goes on soon");
            let _ = tokio::time::timeout(wait, crew.shutdown.cancelled()).await;
        }
        crew.finish(self.options.drain).await;
        Ok(())
    }

    /// One subscription; ends well only at shutdown.
    async fn session<H: Handler>(&self, crew: &mut Crew<H>, backoff: &mut Backoff) -> Result<(), QueueError> {
        let mut subscription = Subscription::open(&self.desk, self.options.concurrency).await?;
        let shutdown = crew.shutdown.clone();
        loop {
            let slot = tokio::select! {
                () = shutdown.cancelled() => break,
                slot = crew.free_slot() => slot,
            };
            tokio::select! {
                () = shutdown.cancelled() => break,
                receipt = subscription.next() => {
                    backoff.reset();
                    crew.take(self, receipt?, slot);
                }
            }
        }
        subscription.stop().await;
        crew.finish(self.options.drain).await;
        subscription.close().await;
        Ok(())
    }
}

/// The handlers at work. Outlives a broken connection, so that no handler is cut off by one.
struct Crew<H> {
    handler: Arc<H>,
    shutdown: CancellationToken,
    slots: Arc<Semaphore>,
    scales: Scales,
    tasks: JoinSet<()>,
}

impl<H: Handler> Crew<H> {
    /// Waits until one more message may be handled, and forgets handlers that are done.
    async fn free_slot(&mut self) -> Option<OwnedSemaphorePermit> {
        while self.tasks.try_join_next().is_some() {}
        Arc::clone(&self.slots).acquire_owned().await.ok()
    }

    fn take(&mut self, consumer: &Consumer, receipt: Receipt, slot: Option<OwnedSemaphorePermit>) {
        let span = consumer.desk.span(&receipt.delivery);
        let work = Work {
            handler: Arc::clone(&self.handler),
            desk: consumer.desk.clone(),
            hold: consumer.options.hold,
            shutdown: self.shutdown.clone(),
            receipt,
        };
        let scales = self.scales.clone();
        let task = async move {
            let decision = tokio::select! {
                biased;
                _weight = scales.lift(&work.receipt) => work.decide().await,
                () = work.shutdown.cancelled() => Decision::SendToBack,
            };
            work.settle(decision).await;
            drop(slot);
        };
        self.tasks.spawn(task.instrument(span));
    }

    /// Waits for the handlers, but only for so long.
    async fn finish(&mut self, bound: Duration) {
        let all = async { while self.tasks.join_next().await.is_some() {} };
        if tokio::time::timeout(bound, all).await.is_err() {
            tracing::warn!(
                messages = self.tasks.len(),
                "messages are left to somebody else: the time to finish is over"
            );
            self.tasks.shutdown().await;
        }
    }
}

/// Weighs messages, so that the bytes of those at work stay within a bound.
#[derive(Clone)]
struct Scales {
    kibibytes: Arc<Semaphore>,
    most: u32,
}

impl Scales {
    fn new(bytes: usize) -> Self {
        let most = u32::try_from(bytes >> 10).unwrap_or(u32::MAX).max(1);
        Self { kibibytes: Arc::new(Semaphore::new(most as usize)), most }
    }

    /// Waits until there is room for the message. First come, first served, so that a large one is not passed over for ever.
    async fn lift(&self, receipt: &Receipt) -> Option<OwnedSemaphorePermit> {
        let weight = u32::try_from(receipt.delivery.body.len() >> 10).unwrap_or(u32::MAX);
        Arc::clone(&self.kibibytes).acquire_many_owned(weight.clamp(1, self.most)).await.ok()
    }
}

/// One message and its handler.
struct Work<H> {
    handler: Arc<H>,
    desk: Desk,
    hold: Duration,
    shutdown: CancellationToken,
    receipt: Receipt,
}

/// What is to be done with a message.
enum Decision {
    Ack,
    Park(String),
    SendToBack,
    CountFailure,
    Nothing,
}

impl<H: Handler> Work<H> {
    /// Lets the handler decide; a message that is to be retried is handled again here, for as long as it may be held.
    async fn decide(&self) -> Decision {
        let began = Instant::now();
        let mut backoff = Backoff::retry();
        loop {
            let handled = AssertUnwindSafe(self.handler.handle(self.receipt.delivery.clone())).catch_unwind();
            match handled.await {
                Ok(Verdict::Ack) => return Decision::Ack,
                Ok(Verdict::Park(reason)) => return Decision::Park(reason),
                Err(_) => return Decision::CountFailure,
                Ok(Verdict::Retry) if self.receipt.is_lost() => return Decision::Nothing,
                // At the end too: given back by the broker it would count as a delivery, and a few restarts during an
                // outage would make it a dead letter.
                Ok(Verdict::Retry) if self.shutdown.is_cancelled() || began.elapsed() >= self.hold => {
                    return Decision::SendToBack;
                }
                Ok(Verdict::Retry) => {
                    let _ = tokio::time::timeout(backoff.next_wait(), self.shutdown.cancelled()).await;
                }
            }
        }
    }

    async fn settle(&self, decision: Decision) {
        let sent = match decision {
            Decision::Ack => Ok(()),
            Decision::Park(reason) => self.desk.park(&self.receipt, &reason).await,
            Decision::SendToBack => self.desk.send_to_back(&self.receipt).await,
            Decision::CountFailure => self.desk.count_failure(&self.receipt, HANDLER_PANICKED).await,
            Decision::Nothing => return,
        };
        conclude(&self.receipt, sent).await;
    }
}

/// The reason of a dead letter whose handler panicked each time.
pub(crate) const HANDLER_PANICKED: &str = "handler_panicked";

/// Acknowledges a message once what it became is durable; otherwise the broker keeps it.
pub(crate) async fn conclude(receipt: &Receipt, sent: Result<(), PublishError>) {
    match sent {
        Ok(()) => receipt.ack().await,
        Err(error) => {
            tracing::warn!(messaging.message.id = receipt.delivery.message_id, %error, "a message is given back");
            receipt.give_back().await;
        }
    }
}
