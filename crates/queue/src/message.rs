//! A message on its way to the broker.

use std::collections::BTreeMap;

use bytes::Bytes;
use uuid::Uuid;

/// What is published. Persistent, `application/x-protobuf`, with the trace context of the current span.
#[derive(Debug, Clone)]
pub struct Message {
    /// The encoded protobuf message.
    pub body: Bytes,
    /// The full name of the protobuf message: `throughline.run.v1.RunRequest`.
    pub message_type: String,
    /// Names the message in the broker, in logs, and among parked messages.
    pub id: Uuid,
    /// Further headers. Names that begin with `x-` belong to the broker, and `throughline-` to this crate.
    pub headers: BTreeMap<String, String>,
}

impl Message {
    /// A message without further headers.
    pub fn new(message_type: impl Into<String>, id: Uuid, body: impl Into<Bytes>) -> Self {
        Self { body: body.into(), message_type: message_type.into(), id, headers: BTreeMap::new() }
    }

    /// Adds a header.
    #[must_use]
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.insert(name.into(), value.into());
        self
    }
}
