//! A message in our hands, and the four things that can become of it.

use bytes::Bytes;
use lapin::Acker;
use lapin::options::{BasicAckOptions, BasicNackOptions};
use lapin::{BasicProperties, message};
use tokio::time::Instant;
use tracing::{Span, info_span};
use tracing_opentelemetry::OpenTelemetrySpanExt;
use uuid::Uuid;

use crate::broker::Broker;
use crate::delivery::Delivery;
use crate::envelope::{ORIGIN, REASON, RETURNS, delivery_of, parking, properties_again};
use crate::error::PublishError;
use crate::publisher::{Publisher, Target};
use crate::topology::{DELIVERY_LIMIT, PARKED, Queue, Topology};

/// A message that is not acknowledged yet.
#[derive(Debug)]
pub(crate) struct Receipt {
    /// What the handler sees.
    pub(crate) delivery: Delivery,
    /// When it came to us. The broker takes a message away from whoever keeps it too long.
    pub(crate) arrived: Instant,
    properties: BasicProperties,
    acker: Acker,
}

impl Receipt {
    /// The message is forgotten by the broker.
    pub(crate) async fn ack(&self) {
        self.acknowledge(false).await;
    }

    /// This message and all before it on the same channel are forgotten by the broker.
    pub(crate) async fn ack_up_to_here(&self) {
        self.acknowledge(true).await;
    }

    /// The broker delivers the message again.
    pub(crate) async fn give_back(&self) {
        let requeue = BasicNackOptions { requeue: true, ..BasicNackOptions::default() };
        // A broken channel has given back everything already.
        let _ = self.acker.nack(requeue).await;
    }

    /// The channel is gone, and the message is on its way to somebody else.
    pub(crate) fn is_lost(&self) -> bool {
        self.acker.poisoned()
    }

    async fn acknowledge(&self, multiple: bool) {
        match self.acker.ack(BasicAckOptions { multiple }).await {
            Ok(true) => {}
            Ok(false) => self.log_late("the channel is gone"),
            Err(error) => self.log_late(error),
        }
    }

    fn log_late(&self, error: impl std::fmt::Display) {
        let id = &self.delivery.message_id;
        tracing::debug!(messaging.message.id = id, %error, "handled, but not acknowledged: it will come again");
    }
}

/// Where messages of one queue are received and sent on.
#[derive(Debug, Clone)]
pub(crate) struct Desk {
    pub(crate) broker: Broker,
    pub(crate) publisher: Publisher,
    pub(crate) queue: Queue,
}

impl Desk {
    /// Takes a message from the broker.
    pub(crate) fn receive(&self, message: message::Delivery) -> Receipt {
        let body = Bytes::from(message.data);
        let delivery = delivery_of(&self.broker, body, &message.properties, message.redelivered);
        Receipt { delivery, arrived: Instant::now(), properties: message.properties, acker: message.acker }
    }

    /// The span in which a message is handled, as part of its sender's trace.
    pub(crate) fn span(&self, delivery: &Delivery) -> Span {
        let span = info_span!(
            "process",
            otel.name = format!("process {}", self.queue),
            otel.kind = "consumer",
            messaging.system = "rabbitmq",
            messaging.destination.name = self.queue.as_str(),
            messaging.message.id = delivery.message_id,
        );
        // A span that is filtered out, or a process without an exporter, has no context to set.
        let _ = span.set_parent(delivery.trace_context());
        span
    }

    /// Keeps the raw bytes among the parked messages. Not acknowledged yet.
    pub(crate) async fn park(&self, receipt: &Receipt, reason: &str) -> Result<(), PublishError> {
        tracing::warn!(
            queue.name = self.queue.as_str(),
            messaging.message.id = receipt.delivery.message_id,
            messaging.message.kind = receipt.delivery.message_type,
            reason,
            "a message that cannot be handled is parked"
        );
        let mut properties =
            properties_again(&receipt.properties, &parking(&self.origin_of(receipt), reason));
        if receipt.delivery.message_id.is_empty() {
            // Without a name a person could neither send it back nor throw it away.
            properties = properties.with_message_id(Uuid::new_v4().to_string().into());
        }
        self.publisher.send(Target::Exchange(PARKED), &receipt.delivery.body, &properties).await
    }

    /// Sends the message to the end of its queue, so that others get their turn; costs no delivery. Not acknowledged yet.
    pub(crate) async fn send_to_back(&self, receipt: &Receipt) -> Result<(), PublishError> {
        self.again(receipt, receipt.delivery.delivery_count).await
    }

    /// Counts a delivery that ended badly: the message goes to the end of its queue or, when it came back too often,
    /// to the dead letters. Not acknowledged yet.
    pub(crate) async fn count_failure(&self, receipt: &Receipt, reason: &str) -> Result<(), PublishError> {
        if receipt.delivery.delivery_count < DELIVERY_LIMIT {
            return self.again(receipt, receipt.delivery.delivery_count + 1).await;
        }
        let id = &receipt.delivery.message_id;
        tracing::error!(
            queue.name = self.queue.as_str(),
            messaging.message.id = id,
            reason,
            "a message is dead"
        );
        match Topology::dead_letters_of(self.queue) {
            Some(exchange) => {
                let headers = [(ORIGIN, self.origin_of(receipt)), (REASON, reason.to_owned())];
                self.send_on(Target::Exchange(exchange), receipt, &headers).await
            }
            None => Ok(()),
        }
    }

    async fn again(&self, receipt: &Receipt, returns: u32) -> Result<(), PublishError> {
        self.send_on(Target::Queue(self.queue), receipt, &[(RETURNS, returns.to_string())]).await
    }

    /// The queue to which a person sends a message back: of a dead letter, the one in which it died.
    fn origin_of(&self, receipt: &Receipt) -> String {
        let died_in = receipt.delivery.origin.clone().filter(|_| self.queue == Queue::Dead);
        died_in.unwrap_or_else(|| self.queue.as_str().to_owned())
    }

    async fn send_on(
        &self,
        target: Target<'_>,
        receipt: &Receipt,
        headers: &[(&str, String)],
    ) -> Result<(), PublishError> {
        let properties = properties_again(&receipt.properties, headers);
        self.publisher.send(target, &receipt.delivery.body, &properties).await
    }
}
