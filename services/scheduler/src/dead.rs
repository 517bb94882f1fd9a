//! Messages that were delivered too often: their runs fail and say so.
//!
//! What was to be worked on is kept: a trigger for another run of the same is parked, and `throughline-admin parked replay`
//! hands it out. It has an id of its own, because the run that failed has ended and stays so.

use async_trait::async_trait;
use sha2::{Digest, Sha256};
use throughline_contract::{Capture, Input, Message as _, RunRequest, Trigger};
use throughline_domain::{ErrorCode, Retention, RunError, RunStatus, Side, TriggerId, TriggerKind};
use throughline_queue::{Delivery, Handler, Message, PublishError, Queue, Verdict};
use uuid::{Builder, Uuid};

use crate::{Parts, settlement};

/// A dead letter: how its run is settled, and what would do its work again.
struct Dead {
    settlement: Capture,
    again: Option<Trigger>,
}

/// The consumer of the dead letters. Idempotent: a run that has ended is not changed by a later settlement, and the trigger
/// that is kept has an id made of the run's.
pub struct DeadLetters {
    parts: Parts,
}

impl DeadLetters {
    /// Settles for all tenants.
    pub fn new(parts: Parts) -> Self {
        Self { parts }
    }

    fn read(&self, delivery: &Delivery) -> Result<Dead, String> {
        let (header, trigger) = match delivery.message_type.as_str() {
            RunRequest::NAME => {
                let request = RunRequest::decode(&delivery.body).map_err(|error| error.to_string())?;
                (settlement::header_of_request(&request), trigger_of(request))
            }
            Trigger::NAME => {
                let trigger = Trigger::decode(&delivery.body).map_err(|error| error.to_string())?;
                (settlement::header_of_trigger(&trigger, Retention::default()), trigger)
            }
            other => return Err(format!("a dead letter of type `{other}` settles no run")),
        };
        let error = RunError::new(
            ErrorCode::DeliveryExhausted,
            Side::Throughline,
            "The run was given to workers several times, and each of them was lost before it could finish. It is not \
             tried again by itself; the operator has kept what it was to work on, and can start it again.",
        );
        let settlement = settlement::settled(header, None, self.parts.clock.now(), RunStatus::Failed, error);
        Ok(Dead { settlement, again: again(trigger) })
    }

    /// Keeps the work, then settles the run: nobody is told that it is over before it is safe.
    async fn make_durable(&self, delivery: &Delivery, dead: &Dead) -> Result<(), PublishError> {
        if let Some(again) = &dead.again {
            let why = delivery.reason.as_deref().unwrap_or("it was delivered too often");
            let reason =
                format!("run {} was given up ({why}); this starts another one", dead.settlement.run.run);
            let message = Message::new(Trigger::NAME, again.id.as_uuid(), again.encode());
            self.parts.publisher.park(Queue::Triggers, &reason, message).await?;
        }
        settlement::publish(&self.parts.publisher, &dead.settlement).await
    }
}

#[async_trait]
impl Handler for DeadLetters {
    async fn handle(&self, delivery: Delivery) -> Verdict {
        let dead = match self.read(&delivery) {
            Ok(dead) => dead,
            Err(reason) => return Verdict::Park(reason),
        };
        if self.make_durable(&delivery, &dead).await.is_err() {
            return Verdict::Retry;
        }
        let run = &dead.settlement.run;
        let _ = self.parts.leases.release(run.tenant, run.run).await;
        tracing::warn!(throughline.run.id = %run.run, "a run was delivered too often and was settled as failed");
        Verdict::Ack
    }
}

/// The trigger that a run request was made from, but for the revision: by the time it is handed out again, another one may
/// be published that mends the cause.
fn trigger_of(request: RunRequest) -> Trigger {
    Trigger {
        id: request.run.as_uuid().into(),
        tenant: request.tenant,
        integration: request.integration,
        action: request.action,
        revision: None,
        kind: request.trigger,
        lane: request.lane,
        accepted_at: request.queued_at,
        not_before: None,
        attempt: request.attempt,
        caused_by: request.caused_by,
        input: request.input,
    }
}

/// The trigger that does the same work as another run. `None` for a poll: the next one reads what this one did not.
fn again(trigger: Trigger) -> Option<Trigger> {
    if trigger.kind == TriggerKind::Poll && trigger.input == Input::Poll {
        return None;
    }
    let caused_by = Some(trigger.id.into());
    Some(Trigger { id: successor(trigger.id), caused_by, not_before: None, ..trigger })
}

/// An id of the same moment, whose random part is a hash of the given one: the same each time.
fn successor(id: TriggerId) -> TriggerId {
    let uuid: Uuid = id.as_uuid();
    let digest = Sha256::digest(uuid);
    let mut random = [0; 10];
    random.copy_from_slice(&digest[..10]);
    let millis = uuid.as_bytes()[..6].iter().fold(0, |millis, byte| (millis << 8) | u64::from(*byte));
    Builder::from_unix_timestamp_millis(millis, &random).into_uuid().into()
}
