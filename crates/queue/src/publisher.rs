//! Confirmed publish.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;
use lapin::options::BasicPublishOptions;
use lapin::types::ShortString;
use lapin::{BasicProperties, Channel, Confirmation};
use tokio::sync::{Mutex, Semaphore};
use tokio::time::{Instant, sleep, timeout_at};
use tracing::{Instrument, Span, info_span};

use crate::backoff::Backoff;
use crate::broker::Broker;
use crate::envelope::{parking, properties_again, properties_of};
use crate::error::{PublishError, QueueError};
use crate::message::Message;
use crate::topology::{DEAD, PARKED, Queue, WORK};

/// The largest body: brokers accept 16 MiB by default, properties included.
const LARGEST: usize = 15 << 20;

/// How a publisher behaves.
#[derive(Debug, Clone, Copy)]
pub struct PublisherOptions {
    /// How long a message may stay unconfirmed, reconnects included.
    pub confirm_within: Duration,
    /// How many channels share the load of one queue.
    pub channels: usize,
    /// How many messages may wait for their confirms; further callers wait.
    pub in_flight: usize,
}

impl Default for PublisherOptions {
    fn default() -> Self {
        Self { confirm_within: Duration::from_secs(10), channels: 2, in_flight: 1024 }
    }
}

/// Publishes with confirms, many at a time; clones share the channels.
#[derive(Debug, Clone)]
pub struct Publisher(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    broker: Broker,
    options: PublisherOptions,
    window: Semaphore,
    lanes: Vec<Lane>,
}

/// Where a message goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Target<'a> {
    /// A queue, by way of the exchange for work.
    Queue(Queue),
    /// A fan-out exchange.
    Exchange(&'static str),
    /// Whoever waits for an answer; nobody minds if they are gone.
    Reply(&'a ShortString),
}

impl Publisher {
    /// A publisher with default options. Does not connect yet.
    pub fn new(broker: &Broker) -> Self {
        Self::with_options(broker, PublisherOptions::default())
    }

    /// A publisher. Does not connect yet.
    pub fn with_options(broker: &Broker, options: PublisherOptions) -> Self {
        let lanes = (0..Target::ROUTES).map(|_| Lane::new(options.channels.max(1))).collect();
        let window = Semaphore::new(options.in_flight.max(1));
        Self(Arc::new(Inner { broker: broker.clone(), options, window, lanes }))
    }

    /// Returns when the broker holds the message on disk, on a majority of its nodes. Publishes again after a broken
    /// connection until the bound is over, so the message may arrive twice.
    pub async fn publish(&self, queue: Queue, message: Message) -> Result<(), PublishError> {
        let span = info_span!(
            "send",
            otel.name = format!("send {queue}"),
            otel.kind = "producer",
            messaging.system = "rabbitmq",
            messaging.destination.name = queue.as_str(),
            messaging.message.id = %message.id,
        );
        let properties = properties_of(&message, &span);
        self.send(Target::Queue(queue), &message.body, &properties).instrument(span).await
    }

    /// Keeps a message for a person, among the parked ones; `origin` is where [`crate::Parked::replay`] will send it.
    pub async fn park(&self, origin: Queue, reason: &str, message: Message) -> Result<(), PublishError> {
        tracing::warn!(
            queue.name = origin.as_str(),
            messaging.message.id = %message.id,
            messaging.message.kind = message.message_type,
            reason,
            "a message that cannot be handled is parked"
        );
        let fresh = properties_of(&message, &Span::current());
        let properties = properties_again(&fresh, &parking(origin.as_str(), reason));
        self.send(Target::Exchange(PARKED), &message.body, &properties).await
    }

    /// Publishes bytes as they are, confirmed.
    pub(crate) async fn send(
        &self,
        target: Target<'_>,
        body: &Bytes,
        properties: &BasicProperties,
    ) -> Result<(), PublishError> {
        if body.len() > LARGEST {
            return Err(PublishError::TooLarge { size: body.len(), limit: LARGEST });
        }
        let bound = self.0.options.confirm_within;
        let deadline = Instant::now() + bound;
        let mut last = "no confirm came".to_owned();
        match timeout_at(deadline, self.0.persist(target, body, properties, &mut last)).await {
            Ok(done) => done,
            Err(_) => Err(PublishError::NotConfirmed { bound, last }),
        }
    }
}

impl Inner {
    /// Tries until the broker has confirmed; what the last attempt met is left in `last`.
    async fn persist(
        &self,
        target: Target<'_>,
        body: &[u8],
        properties: &BasicProperties,
        last: &mut String,
    ) -> Result<(), PublishError> {
        // The semaphore is never closed; if it were, an unbounded window is the lesser evil.
        let _turn = self.window.acquire().await.ok();
        let mut backoff = Backoff::reconnect();
        loop {
            match self.attempt(target, body, properties).await {
                Ok(Confirmation::Ack(None) | Confirmation::NotRequested) => return Ok(()),
                Ok(Confirmation::Ack(Some(_))) => return Err(PublishError::Unroutable(target.to_string())),
                Ok(Confirmation::Nack(_)) => "the broker refused the message".clone_into(last),
                // The exchange does not exist.
                Err(error) if error.is_refusal() => return Err(PublishError::Unroutable(target.to_string())),
                Err(error) => *last = error.to_string(),
            }
            tracing::debug!(queue.target = %target, error = last.as_str(), "the message will be published again");
            sleep(backoff.next_wait()).await;
        }
    }

    async fn attempt(
        &self,
        target: Target<'_>,
        body: &[u8],
        properties: &BasicProperties,
    ) -> Result<Confirmation, QueueError> {
        let (exchange, key, mandatory) = match target {
            Target::Queue(queue) => (self.broker.name_of(WORK), queue.as_str().into(), true),
            Target::Exchange(name) => (self.broker.name_of(name), "".into(), true),
            Target::Reply(to) => ("".into(), to.clone(), false),
        };
        let channel = self.lanes[target.route()].channel(&self.broker).await?;
        let options = BasicPublishOptions { mandatory, immediate: false };
        Ok(channel.basic_publish(exchange, key, options, body, properties.clone()).await?.await?)
    }
}

impl Target<'_> {
    /// How many routes there are.
    const ROUTES: usize = Queue::ALL.len() + 3;

    /// Each route has a lane of its own, so that a slow queue does not hold up the others, and so that a message that
    /// the broker returns is never mistaken for one that it took: all on a lane go the same way.
    fn route(self) -> usize {
        match self {
            Self::Queue(queue) => Queue::ALL.iter().position(|other| *other == queue).unwrap_or_default(),
            Self::Exchange(DEAD) => Queue::ALL.len(),
            Self::Exchange(_) => Queue::ALL.len() + 1,
            Self::Reply(_) => Queue::ALL.len() + 2,
        }
    }
}

impl std::fmt::Display for Target<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Queue(queue) => queue.fmt(f),
            Self::Exchange(name) => f.write_str(name),
            Self::Reply(_) => f.write_str("the sender of a question"),
        }
    }
}

/// Channels in confirm mode that take turns.
#[derive(Debug)]
struct Lane {
    next: AtomicUsize,
    channels: Vec<Mutex<Option<Channel>>>,
}

impl Lane {
    fn new(width: usize) -> Self {
        Self { next: AtomicUsize::new(0), channels: (0..width).map(|_| Mutex::default()).collect() }
    }

    /// A channel that works, as far as anybody knows.
    async fn channel(&self, broker: &Broker) -> Result<Channel, QueueError> {
        let turn = self.next.fetch_add(1, Ordering::Relaxed) % self.channels.len();
        let mut slot = self.channels[turn].lock().await;
        if let Some(channel) = slot.as_ref().filter(|channel| channel.status().connected()) {
            return Ok(channel.clone());
        }
        let fresh = broker.publish_link().confirming_channel().await?;
        *slot = Some(fresh.clone());
        Ok(fresh)
    }
}
