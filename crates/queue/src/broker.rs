//! The broker's address, and the connections to it.

use crate::error::QueueError;
use crate::topology::Queue;

/// A RabbitMQ broker. Connects when first needed, and again whenever a connection breaks. Clones share the connections:
/// one for publishing, one for consuming, because the broker slows down a connection that publishes too fast.
#[derive(Debug, Clone)]
pub struct Broker;

/// How many messages wait in a queue, and how many consumers it has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Depth {
    /// Messages that are ready; those in the hands of consumers are not counted.
    pub messages: u32,
    /// Consumers.
    pub consumers: u32,
}

impl Broker {
    /// The broker at `url`; `name` is how its management console shows our connections. Does not connect yet.
    pub fn new(url: &str, name: &str) -> Result<Self, QueueError> {
        let _ = (url, name);
        todo!()
    }

    /// Puts `prefix` before the name of every queue and exchange, for several installations in one virtual host.
    #[must_use]
    pub fn with_prefix(self, prefix: &str) -> Self {
        let _ = prefix;
        todo!()
    }

    /// Whether the broker answers now; for readiness.
    pub async fn ping(&self) -> Result<(), QueueError> {
        todo!()
    }

    /// How many messages wait in `queue`.
    pub async fn depth(&self, queue: Queue) -> Result<Depth, QueueError> {
        let _ = queue;
        todo!()
    }

    /// Closes the connections, at the end of a process.
    pub async fn close(&self) {
        todo!()
    }
}
