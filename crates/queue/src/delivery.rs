//! A message that arrived.

use std::collections::HashMap;

use bytes::Bytes;
use lapin::BasicProperties;
use lapin::types::ShortString;
use opentelemetry::Context;
use opentelemetry::propagation::Extractor;

use crate::message::Message;

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
    /// Where an answer goes.
    pub(crate) reply: Option<ReplyAddress>,
}

impl Delivery {
    /// What a handler would see of `message`, delivered for the first time: for tests of handlers.
    pub fn of(message: &Message) -> Self {
        Self {
            body: message.body.clone(),
            message_type: message.message_type.clone(),
            message_id: message.id.to_string(),
            headers: message.headers.clone().into_iter().collect(),
            redelivered: false,
            delivery_count: 0,
            published_at_ms: None,
            origin: None,
            reason: None,
            reply: None,
        }
    }

    /// The trace that the message belongs to.
    pub fn trace_context(&self) -> Context {
        opentelemetry::global::get_text_map_propagator(|propagator| {
            propagator.extract(&Headers(&self.headers))
        })
    }
}

/// Where an answer goes, and what it answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ReplyAddress {
    /// The routing key of the default exchange.
    pub(crate) to: ShortString,
    /// Names the question.
    pub(crate) correlation: ShortString,
}

impl ReplyAddress {
    /// The address in `properties`, if the sender waits for an answer.
    pub(crate) fn of(properties: &BasicProperties) -> Option<Self> {
        let to = properties.reply_to().clone()?;
        Some(Self { to, correlation: properties.correlation_id().clone()? })
    }
}

struct Headers<'a>(&'a HashMap<String, String>);

impl Extractor for Headers<'_> {
    fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key).map(String::as_str)
    }
    fn keys(&self) -> Vec<&str> {
        self.0.keys().map(String::as_str).collect()
    }
}
