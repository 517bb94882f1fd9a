//! Between our messages and the broker's properties and headers.

use std::collections::{BTreeMap, HashMap};

use bytes::Bytes;
use lapin::BasicProperties;
use lapin::types::{AMQPValue, FieldTable};
use opentelemetry::propagation::Injector;
use throughline_domain::{Clock, SystemClock};
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt;

use crate::broker::Broker;
use crate::delivery::{Delivery, ReplyAddress};
use crate::message::Message;

/// The queue that a dead or parked message was in.
pub(crate) const ORIGIN: &str = "throughline-origin";
/// Why a message is dead or parked.
pub(crate) const REASON: &str = "throughline-reason";
/// When a message was parked, in milliseconds since the epoch.
pub(crate) const PARKED_AT: &str = "throughline-parked-at";
/// How often a message came back before it was published again by its consumer; the broker counts from zero then.
pub(crate) const RETURNS: &str = "throughline-returns";

const CONTENT_TYPE: &str = "application/x-protobuf";
/// The broker writes the message to disk.
const PERSISTENT: u8 = 2;

/// The properties of a new message, with the trace context of `span`.
pub(crate) fn properties_of(message: &Message, span: &Span) -> BasicProperties {
    let mut headers = message.headers.clone();
    opentelemetry::global::get_text_map_propagator(|propagator| {
        propagator.inject_context(&span.context(), &mut Headers(&mut headers));
    });
    let seconds = u64::try_from(now_ms() / 1000).unwrap_or(0);
    BasicProperties::default()
        .with_content_type(CONTENT_TYPE.into())
        .with_delivery_mode(PERSISTENT)
        .with_type(message.message_type.as_str().into())
        .with_message_id(message.id.to_string().into())
        .with_timestamp(seconds)
        .with_headers(table(headers))
}

/// The properties of a message that is published again, with `further` headers in place of those of the same name.
pub(crate) fn properties_again(properties: &BasicProperties, further: &[(&str, String)]) -> BasicProperties {
    let mut headers = properties.headers().clone().unwrap_or_default();
    for (name, value) in further {
        headers.insert((*name).into(), AMQPValue::LongString(value.as_str().into()));
    }
    properties.clone().with_delivery_mode(PERSISTENT).with_headers(headers)
}

/// The headers of a message that is parked.
pub(crate) fn parking(origin: &str, reason: &str) -> [(&'static str, String); 3] {
    [(ORIGIN, origin.to_owned()), (REASON, reason.to_owned()), (PARKED_AT, now_ms().to_string())]
}

/// What a handler sees of a message of the broker.
pub(crate) fn delivery_of(
    broker: &Broker,
    body: Bytes,
    properties: &BasicProperties,
    redelivered: bool,
) -> Delivery {
    let headers = texts(properties.headers().as_ref());
    let text = |name: &str| headers.get(name).cloned();
    let origin = text(ORIGIN).or_else(|| text("x-first-death-queue"));
    Delivery {
        body,
        message_type: properties.kind().as_ref().map(ToString::to_string).unwrap_or_default(),
        message_id: properties.message_id().as_ref().map(ToString::to_string).unwrap_or_default(),
        redelivered,
        delivery_count: returns(properties),
        published_at_ms: properties.timestamp().map(|seconds| seconds.saturating_mul(1000)),
        origin: origin.map(|name| broker.without_prefix(&name).to_owned()),
        reason: text(REASON).or_else(|| text("x-first-death-reason")),
        reply: ReplyAddress::of(properties),
        headers,
    }
}

/// How often the message came back: counted by the broker since it was last published, and before that by us.
fn returns(properties: &BasicProperties) -> u32 {
    let headers = properties.headers().as_ref();
    let header = |name: &str| headers.and_then(|headers| headers.inner().get(name));
    let counted = header("x-delivery-count").and_then(number).unwrap_or(0);
    let before = header(RETURNS).and_then(|value| text_of(value)?.parse::<u32>().ok()).unwrap_or(0);
    counted.saturating_add(before)
}

fn number(value: &AMQPValue) -> Option<u32> {
    let number = match value {
        AMQPValue::ShortShortInt(number) => i64::from(*number),
        AMQPValue::ShortInt(number) => i64::from(*number),
        AMQPValue::LongInt(number) => i64::from(*number),
        AMQPValue::LongUInt(number) => i64::from(*number),
        AMQPValue::LongLongInt(number) => *number,
        _ => return None,
    };
    u32::try_from(number).ok()
}

fn text_of(value: &AMQPValue) -> Option<String> {
    match value {
        AMQPValue::LongString(text) => Some(text.to_string()),
        AMQPValue::ShortString(text) => Some(text.to_string()),
        _ => None,
    }
}

fn texts(headers: Option<&FieldTable>) -> HashMap<String, String> {
    let all = headers.into_iter().flat_map(|headers| headers.inner());
    all.filter_map(|(name, value)| Some((name.as_str().to_ascii_lowercase(), text_of(value)?))).collect()
}

fn table(headers: BTreeMap<String, String>) -> FieldTable {
    let mut table = FieldTable::default();
    for (name, value) in headers {
        table.insert(name.into(), AMQPValue::LongString(value.into()));
    }
    table
}

/// Now, in milliseconds since the epoch.
pub(crate) fn now_ms() -> i64 {
    SystemClock.now().timestamp_millis()
}

struct Headers<'a>(&'a mut BTreeMap<String, String>);

impl Injector for Headers<'_> {
    fn set(&mut self, key: &str, value: String) {
        self.0.insert(key.to_owned(), value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with_headers(pairs: &[(&str, AMQPValue)]) -> BasicProperties {
        let mut headers = FieldTable::default();
        for (name, value) in pairs {
            headers.insert((*name).into(), value.clone());
        }
        BasicProperties::default().with_headers(headers)
    }

    #[test]
    fn returns_are_counted_across_publications() {
        let fresh = BasicProperties::default();
        assert_eq!(returns(&fresh), 0);
        let properties = with_headers(&[
            ("x-delivery-count", AMQPValue::LongLongInt(2)),
            (RETURNS, AMQPValue::LongString("3".into())),
        ]);
        assert_eq!(returns(&properties), 5);
    }

    #[test]
    fn a_dead_letter_tells_where_it_comes_from() {
        let broker = Broker::new("amqp://127.0.0.1", "test").unwrap().with_prefix("a.");
        let text = |value: &str| AMQPValue::LongString(value.into());
        let properties = with_headers(&[
            ("x-first-death-queue", text("a.runs.bulk")),
            ("x-first-death-reason", text("delivery_limit")),
        ]);
        let delivery = delivery_of(&broker, Bytes::new(), &properties, true);
        assert_eq!(delivery.origin.as_deref(), Some("runs.bulk"));
        assert_eq!(delivery.reason.as_deref(), Some("delivery_limit"));
    }
}
