//! Making a promise: a 202 means that the event is durable, in the broker or, while that is away, in Postgres.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use throughline_contract::{Message as _, Trigger};
use throughline_queue::{Broker, Message, Publisher, PublisherOptions, Queue};
use throughline_store::{Store, accepted_triggers};

use crate::auth::session::commit;
use crate::problem::{Answer, Problem, ProblemCode};

/// How long the broker may take to confirm a webhook: its sender waits.
const PATIENCE: Duration = Duration::from_millis(1500);
/// For how long the broker is not tried again after it was away.
const PAUSE: Duration = Duration::from_secs(2);

/// The way of webhooks into the ring.
pub(crate) struct Acceptance {
    publisher: Publisher,
    away_until: Mutex<Option<Instant>>,
}

impl Acceptance {
    /// Through `broker`.
    pub(crate) fn new(broker: &Broker) -> Self {
        let options = PublisherOptions { confirm_within: PATIENCE, ..PublisherOptions::default() };
        Self { publisher: Publisher::with_options(broker, options), away_until: Mutex::new(None) }
    }

    fn is_away(&self) -> bool {
        let until = self.away_until.lock().map_or(None, |until| *until);
        until.is_some_and(|until| Instant::now() < until)
    }

    fn pause(&self) {
        if let Ok(mut until) = self.away_until.lock() {
            *until = Some(Instant::now() + PAUSE);
        }
    }
}

/// Accepts a trigger for good. A message that the broker has but did not confirm in time is kept in Postgres too; the
/// trigger's id makes the second one harmless.
pub(crate) async fn accept(acceptance: &Acceptance, store: &Store, trigger: &Trigger) -> Answer<()> {
    let bytes = trigger.encode();
    if !acceptance.is_away() {
        let message = Message::new(Trigger::NAME, trigger.id.as_uuid(), bytes.clone());
        match acceptance.publisher.publish(Queue::Triggers, message).await {
            Ok(()) => return Ok(()),
            Err(error) => {
                tracing::warn!(error = %error, "the broker does not take triggers; they wait in Postgres");
                acceptance.pause();
            }
        }
    }
    keep(store, trigger, &bytes).await.map_err(|problem| {
        let detail = "It was not accepted. Send it again in a moment.";
        Problem::new(ProblemCode::BrokerUnavailable, detail)
            .because(anyhow::anyhow!("neither broker nor Postgres: {problem}"))
    })
}

async fn keep(store: &Store, trigger: &Trigger, bytes: &[u8]) -> Answer<()> {
    let mut tx = store.tenant(trigger.tenant).await?;
    accepted_triggers::keep(&mut tx, trigger.tenant, trigger.id, bytes).await?;
    commit(tx).await
}
