//! What leaves the worker: captures for the sink, triggers for the scheduler. Confirmed by the broker before the message
//! that caused them is acknowledged.

use throughline_contract::{Capture, Message as _, RunRequest, RunStarted, Stage, Trigger};
use throughline_domain::Timestamp;
use throughline_queue::{Message, PublishError, Publisher, Queue};

use crate::capture;
use crate::run::Executed;

/// Publishes, with confirms.
#[derive(Debug, Clone)]
pub(crate) struct Outbox(Publisher);

impl Outbox {
    pub(crate) const fn new(publisher: Publisher) -> Self {
        Self(publisher)
    }

    /// The run takes long enough to be shown before it ends.
    pub(crate) async fn started(
        &self,
        request: &RunRequest,
        started_at: Timestamp,
    ) -> Result<(), PublishError> {
        let started = RunStarted { started_at, deadline: request.deadline };
        self.capture(&Capture { run: capture::header(request), stage: Stage::Started(started) }).await
    }

    /// What a run leaves: what is tried again, then what is kept of it.
    pub(crate) async fn executed(&self, executed: &Executed) -> Result<(), PublishError> {
        for trigger in &executed.retries {
            let message = Message::new(Trigger::NAME, trigger.id.as_uuid(), trigger.encode());
            self.0.publish(Queue::Triggers, message).await?;
        }
        match self.capture(&executed.capture).await {
            Err(PublishError::TooLarge { size, limit }) => {
                tracing::warn!(
                    size,
                    limit,
                    "a capture is too large for a message and goes without its documents"
                );
                self.capture(&capture::reduced(&executed.capture)).await
            }
            other => other,
        }
    }

    async fn capture(&self, capture: &Capture) -> Result<(), PublishError> {
        let message = Message::new(Capture::NAME, capture.run.run.as_uuid(), capture.encode());
        self.0.publish(Queue::Captures, message).await
    }
}
