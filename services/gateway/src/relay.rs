//! The loop that publishes what was accepted while the broker was away.

use std::sync::Arc;

use async_trait::async_trait;
use futures_util::future::join_all;
use throughline_chassis::task::{Loop, Turn};
use throughline_contract::{Message as _, Trigger};
use throughline_queue::{Message, Publisher, Queue};
use throughline_store::Store;
use throughline_store::accepted_triggers::{self, AcceptedTrigger};

/// How many triggers one turn takes.
const BATCH: i64 = 200;

/// Takes accepted triggers from Postgres to the broker, oldest first. Several gateways share the work.
pub(crate) struct Relay {
    pub(crate) store: Store,
    pub(crate) publisher: Arc<Publisher>,
}

#[async_trait]
impl Loop for Relay {
    fn name(&self) -> &'static str {
        "relay-accepted-triggers"
    }

    /// A broker that is away is no failure of this loop: the gateway goes on accepting, so it stays ready.
    async fn turn(&mut self) -> anyhow::Result<Turn> {
        let mut tx = self.store.service().await?;
        let waiting = accepted_triggers::claim(&mut tx, BATCH).await?;
        if waiting.is_empty() {
            return Ok(Turn::Idle);
        }
        let sent = join_all(waiting.iter().map(|trigger| self.send(trigger))).await;
        let held: Vec<_> =
            waiting.iter().zip(sent).filter(|(_, sent)| *sent).map(|(row, _)| row.trigger).collect();
        accepted_triggers::forget(&mut tx, &held).await?;
        tx.commit().await?;
        if held.is_empty() { Ok(Turn::Idle) } else { Ok(Turn::Worked(held.len())) }
    }
}

impl Relay {
    async fn send(&self, waiting: &AcceptedTrigger) -> bool {
        let message = Message::new(Trigger::NAME, waiting.trigger.as_uuid(), waiting.message.clone());
        let sent = self.publisher.publish(Queue::Triggers, message).await;
        if let Err(error) = &sent {
            tracing::debug!(trigger.id = %waiting.trigger, error = %error, "an accepted trigger goes on waiting");
        }
        sent.is_ok()
    }
}
