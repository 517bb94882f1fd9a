//! A message that arrived.

use std::collections::HashMap;

use bytes::Bytes;

/// A message as a handler sees it. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Delivery {
    /// The bytes as they were published.
    pub body: Bytes,
    /// The full name of the protobuf message; empty when the sender gave none.
    pub message_type: String,
    /// The message's id; empty when the sender gave none.
    pub message_id: String,
    /// Headers whose values are text, names in lower case; `traceparent` among them.
    pub headers: HashMap<String, String>,
    /// It may have been delivered before.
    pub redelivered: bool,
    /// How often it was delivered before and came back: 0 for the first time.
    pub delivery_count: u32,
    /// Milliseconds since the epoch at which it was published, to the second.
    pub published_at_ms: Option<u64>,
    /// For a dead letter: the queue that it comes from.
    pub origin: Option<String>,
    /// For a dead letter: why (`delivery_limit`, `handler_panicked`, …).
    pub reason: Option<String>,
}
