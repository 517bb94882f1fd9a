//! Confirmed publish.

use std::time::Duration;

use crate::broker::Broker;
use crate::error::PublishError;
use crate::message::Message;
use crate::topology::Queue;

/// How a publisher behaves.
#[derive(Debug, Clone, Copy)]
pub struct PublisherOptions {
    /// How long a message may stay unconfirmed, reconnects included.
    pub confirm_within: Duration,
    /// How many channels share the load.
    pub channels: usize,
    /// How many messages may wait for their confirms; further callers wait.
    pub in_flight: usize,
}

impl Default for PublisherOptions {
    fn default() -> Self {
        Self { confirm_within: Duration::from_secs(10), channels: 4, in_flight: 1024 }
    }
}

/// Publishes with confirms, many at a time; clones share the channels.
#[derive(Debug, Clone)]
pub struct Publisher;

impl Publisher {
    /// A publisher with default options. Does not connect yet.
    pub fn new(broker: &Broker) -> Self {
        Self::with_options(broker, PublisherOptions::default())
    }

    /// A publisher. Does not connect yet.
    pub fn with_options(broker: &Broker, options: PublisherOptions) -> Self {
        let _ = (broker, options);
        todo!()
    }

    /// Returns when the broker holds the message on disk, on a majority of its nodes. Publishes again after a broken
    /// connection until the bound is over, so the message may arrive twice.
    pub async fn publish(&self, queue: Queue, message: Message) -> Result<(), PublishError> {
        let _ = (queue, message);
        todo!()
    }
}
