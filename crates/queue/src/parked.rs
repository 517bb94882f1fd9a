//! Parked messages: looked at, sent back, or thrown away by a person.

use bytes::Bytes;

use crate::broker::Broker;
use crate::error::{PublishError, QueueError};
use crate::publisher::Publisher;

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

/// The queue `parked`.
#[derive(Debug)]
pub struct Parked;

impl Parked {
    /// The parked messages of `broker`; `publisher` carries those that are sent back.
    pub fn new(broker: &Broker, publisher: &Publisher) -> Self {
        let _ = (broker, publisher);
        todo!()
    }

    /// Up to `limit` messages, the oldest first; they stay where they are.
    pub async fn list(&self, limit: usize) -> Result<Vec<ParkedMessage>, QueueError> {
        let _ = limit;
        todo!()
    }

    /// Sends the message `id` back to its queue, byte for byte. `false`: there is none.
    pub async fn replay(&self, id: &str) -> Result<bool, PublishError> {
        let _ = id;
        todo!()
    }

    /// Throws the message `id` away. `false`: there is none.
    pub async fn discard(&self, id: &str) -> Result<bool, QueueError> {
        let _ = id;
        todo!()
    }
}
