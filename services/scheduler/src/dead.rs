//! Messages that were delivered too often: their runs fail and say so.

use async_trait::async_trait;
use throughline_contract::{Capture, Message as _, RunRequest, Trigger};
use throughline_domain::{ErrorCode, Retention, RunError, RunStatus, Side};
use throughline_queue::{Delivery, Handler, Verdict};

use crate::{Parts, settlement};

/// The consumer of the dead letters. Idempotent: a run that has ended is not changed by a later settlement.
pub struct DeadLetters {
    parts: Parts,
}

impl DeadLetters {
    /// Settles for all tenants.
    pub fn new(parts: Parts) -> Self {
        Self { parts }
    }

    fn settlement(&self, delivery: &Delivery) -> Result<Capture, String> {
        let header = match delivery.message_type.as_str() {
            RunRequest::NAME => {
                let request = RunRequest::decode(&delivery.body).map_err(|error| error.to_string())?;
                settlement::header_of_request(&request)
            }
            Trigger::NAME => {
                let trigger = Trigger::decode(&delivery.body).map_err(|error| error.to_string())?;
                settlement::header_of_trigger(&trigger, Retention::default())
            }
            other => return Err(format!("a dead letter of type `{other}` settles no run")),
        };
        let error = RunError::new(
            ErrorCode::DeliveryExhausted,
            Side::Throughline,
            "The run was given to workers several times, and each of them was lost before it could finish. It is not \
             tried again by itself; start it again when the service is well.",
        );
        Ok(settlement::settled(header, None, self.parts.clock.now(), RunStatus::Failed, error))
    }
}

#[async_trait]
impl Handler for DeadLetters {
    async fn handle(&self, delivery: Delivery) -> Verdict {
        let capture = match self.settlement(&delivery) {
            Ok(capture) => capture,
            Err(reason) => return Verdict::Park(reason),
        };
        if settlement::publish(&self.parts.publisher, &capture).await.is_err() {
            return Verdict::Retry;
        }
        let _ = self.parts.leases.release(capture.run.tenant, capture.run.run).await;
        tracing::warn!(throughline.run.id = %capture.run.run, "a run was delivered too often and was settled as failed");
        Verdict::Ack
    }
}
