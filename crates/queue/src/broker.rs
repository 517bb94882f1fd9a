//! The broker's address, and the connections to it.

use std::sync::Arc;

use lapin::options::QueueDeclareOptions;
use lapin::types::{FieldTable, ShortString};
use lapin::uri::AMQPUri;

use crate::error::QueueError;
use crate::link::{Link, bounded};
use crate::topology::Queue;

/// A RabbitMQ broker. Connects when first needed, and again whenever a connection breaks. Clones share the connections:
/// one for publishing, one for consuming, because the broker slows down a connection that publishes too fast.
#[derive(Debug, Clone)]
pub struct Broker {
    publish: Arc<Link>,
    consume: Arc<Link>,
    prefix: Arc<str>,
}

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
        let uri: AMQPUri = url.parse().map_err(QueueError::Address)?;
        let link = |role: &str| Arc::new(Link::new(uri.clone(), format!("{name} {role}")));
        Ok(Self { publish: link("publish"), consume: link("consume"), prefix: "".into() })
    }

    /// Puts `prefix` before the name of every queue and exchange, for several installations in one virtual host.
    #[must_use]
    pub fn with_prefix(self, prefix: &str) -> Self {
        Self { prefix: prefix.into(), ..self }
    }

    /// Whether the broker answers now; for readiness.
    pub async fn ping(&self) -> Result<(), QueueError> {
        let channel = self.publish.channel().await?;
        bounded(async { Ok(channel.close(200, "ping".into()).await?) }).await
    }

    /// How many messages wait in `queue`.
    pub async fn depth(&self, queue: Queue) -> Result<Depth, QueueError> {
        let channel = self.publish.errands().await?;
        let passive = QueueDeclareOptions { passive: true, ..QueueDeclareOptions::default() };
        let name = self.name_of(queue.as_str());
        bounded(async {
            let found = channel.queue_declare(name, passive, FieldTable::default()).await?;
            Ok(Depth { messages: found.message_count(), consumers: found.consumer_count() })
        })
        .await
    }

    /// Closes the connections, at the end of a process.
    pub async fn close(&self) {
        self.consume.close().await;
        self.publish.close().await;
    }

    /// The connection for publishing.
    pub(crate) fn publish_link(&self) -> &Link {
        &self.publish
    }

    /// The connection for consuming.
    pub(crate) fn consume_link(&self) -> &Link {
        &self.consume
    }

    /// The name in the broker of a queue or exchange of the topology.
    pub(crate) fn name_of(&self, name: &str) -> ShortString {
        format!("{}{name}", self.prefix).into()
    }

    /// The name in the topology of a queue of the broker.
    pub(crate) fn without_prefix<'a>(&self, name: &'a str) -> &'a str {
        name.strip_prefix(&*self.prefix).unwrap_or(name)
    }
}
