//! Triggers on their way to the scheduler.

use throughline_contract::{Message as _, Trigger};
use throughline_queue::{Message, PublishError, Queue};

use crate::app::App;

/// Publishes a trigger; returns when the broker holds it.
pub(crate) async fn publish(app: &App, trigger: &Trigger) -> Result<(), PublishError> {
    publish_bytes(app, trigger.id.as_uuid(), trigger.encode()).await
}

/// Publishes the bytes of a trigger.
pub(crate) async fn publish_bytes(app: &App, id: uuid::Uuid, bytes: Vec<u8>) -> Result<(), PublishError> {
    app.publisher.publish(Queue::Triggers, Message::new(Trigger::NAME, id, bytes)).await
}
