//! Parked messages: looked at, sent back, or thrown away by a person.

use bytes::Bytes;
use lapin::Channel;
use lapin::message;
use lapin::options::{BasicAckOptions, BasicGetOptions};

use crate::broker::Broker;
use crate::envelope::{PARKED_AT, delivery_of, properties_again};
use crate::error::{PublishError, QueueError};
use crate::link::bounded;
use crate::publisher::{Publisher, Target};
use crate::topology::Queue;

/// A message that nobody could handle, intact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParkedMessage {
    /// Its id.
    pub id: String,
    /// The queue that it was in.
    pub origin: String,
    /// Why it was parked.
    pub reason: String,
    /// The name that its sender gave to its type.
    pub message_type: String,
    /// When it was parked, in milliseconds since the epoch.
    pub parked_at_ms: u64,
    /// The raw bytes.
    pub body: Bytes,
}

/// Why a parked message was not sent back.
#[derive(Debug, Clone, thiserror::Error)]
pub enum ReplayError {
    /// The parked messages cannot be read.
    #[error(transparent)]
    Queue(#[from] QueueError),
    /// The broker did not take it; it stays parked.
    #[error(transparent)]
    Publish(#[from] PublishError),
    /// The queue that it was in does not exist in this topology; it stays parked.
    #[error("the message was in the queue {0:?}, which does not exist")]
    UnknownOrigin(String),
}

/// The queue `parked`.
#[derive(Debug)]
pub struct Parked {
    broker: Broker,
    publisher: Publisher,
}

impl Parked {
    /// The parked messages of `broker`; `publisher` carries those that are sent back.
    pub fn new(broker: &Broker, publisher: &Publisher) -> Self {
        Self { broker: broker.clone(), publisher: publisher.clone() }
    }

    /// Up to `limit` messages, the oldest first; they stay where they are.
    pub async fn list(&self, limit: usize) -> Result<Vec<ParkedMessage>, QueueError> {
        let look = self.look().await?;
        let mut found = Vec::new();
        while found.len() < limit {
            let Some(message) = look.next().await? else { break };
            found.push(self.describe(&message));
        }
        look.end().await;
        Ok(found)
    }

    /// Sends the message `id` back to its queue, byte for byte. `false`: there is none.
    pub async fn replay(&self, id: &str) -> Result<bool, ReplayError> {
        let look = self.look().await?;
        let found = look.find(id).await?;
        let sent = match &found {
            Some(message) => self.send_back(message).await.map(|()| true),
            None => Ok(false),
        };
        look.end().await;
        sent
    }

    /// Throws the message `id` away. `false`: there is none.
    pub async fn discard(&self, id: &str) -> Result<bool, QueueError> {
        let look = self.look().await?;
        let found = look.find(id).await?;
        if let Some(message) = &found {
            acknowledge(message).await?;
        }
        look.end().await;
        Ok(found.is_some())
    }

    async fn send_back(&self, message: &message::Delivery) -> Result<(), ReplayError> {
        let parked = self.describe(message);
        let origin = Queue::ALL.into_iter().find(|queue| queue.as_str() == parked.origin);
        let queue = origin.ok_or(ReplayError::UnknownOrigin(parked.origin))?;
        let properties = properties_again(&message.properties, &[]);
        self.publisher.send(Target::Queue(queue), &parked.body, &properties).await?;
        Ok(acknowledge(message).await?)
    }

    fn describe(&self, message: &message::Delivery) -> ParkedMessage {
        let body = Bytes::copy_from_slice(&message.data);
        let seen = delivery_of(&self.broker, body, &message.properties, message.redelivered);
        ParkedMessage {
            parked_at_ms: seen.headers.get(PARKED_AT).and_then(|text| text.parse().ok()).unwrap_or(0),
            id: seen.message_id,
            origin: seen.origin.unwrap_or_default(),
            reason: seen.reason.unwrap_or_default(),
            message_type: seen.message_type,
            body: seen.body,
        }
    }

    /// A channel of its own: when it closes, everything that was only looked at is back in its place.
    async fn look(&self) -> Result<Look, QueueError> {
        let channel = self.broker.consume_link().channel().await?;
        Ok(Look { channel, queue: self.broker.name_of(Queue::Parked.as_str()) })
    }
}

struct Look {
    channel: Channel,
    queue: lapin::types::ShortString,
}

impl Look {
    async fn next(&self) -> Result<Option<message::Delivery>, QueueError> {
        bounded(async {
            let got = self.channel.basic_get(self.queue.clone(), BasicGetOptions::default()).await?;
            Ok(got.map(|message| message.delivery))
        })
        .await
    }

    async fn find(&self, id: &str) -> Result<Option<message::Delivery>, QueueError> {
        while let Some(message) = self.next().await? {
            if message.properties.message_id().as_ref().is_some_and(|found| found.as_str() == id) {
                return Ok(Some(message));
            }
        }
        Ok(None)
    }

    async fn end(self) {
        let _ = bounded(async { Ok(self.channel.close(200, "looked".into()).await?) }).await;
    }
}

async fn acknowledge(message: &message::Delivery) -> Result<(), QueueError> {
    bounded(async {
        message.acker.ack(BasicAckOptions::default()).await?;
        Ok(())
    })
    .await
}
