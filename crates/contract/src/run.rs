//! [`RunRequest`]: admitted work, on its way to a worker.

use prost::Message as _;
use throughline_domain::{
    CapturePolicy, IntegrationId, Lane, Retention, RetentionClass, RevisionNumber, RunId, TenantId,
    Timestamp, TriggerKind,
};

use crate::convert::{self, DecodeError};
use crate::trigger::Input;
use crate::{Message, pb};
use pb::throughline::run::v1 as wire;

/// One run to execute now.
#[derive(Debug, Clone, PartialEq)]
pub struct RunRequest {
    /// Identity: the trigger's UUID.
    pub run: RunId,
    /// Whose.
    pub tenant: TenantId,
    /// The integration.
    pub integration: IntegrationId,
    /// Key of the action.
    pub action: String,
    /// The revision to use.
    pub revision: RevisionNumber,
    /// Why.
    pub trigger: TriggerKind,
    /// Which queue it came through.
    pub lane: Lane,
    /// Which try of its records this is: 1 for the first.
    pub attempt: u32,
    /// When the trigger was accepted.
    pub queued_at: Timestamp,
    /// When the run is given up.
    pub deadline: Timestamp,
    /// The run that caused this one.
    pub caused_by: Option<RunId>,
    /// What to work on.
    pub input: Input,
    /// What of the run is kept.
    pub capture: CapturePolicy,
    /// For how long.
    pub retention: Retention,
}

impl Message for RunRequest {
    const NAME: &'static str = "throughline.run.v1.RunRequest";

    fn encode(&self) -> Vec<u8> {
        wire::RunRequest {
            run_id: convert::id_bytes(self.run),
            tenant_id: convert::id_bytes(self.tenant),
            integration_id: convert::id_bytes(self.integration),
            action_key: self.action.clone(),
            revision: self.revision.0,
            trigger: self.trigger.to_string(),
            lane: self.lane.to_string(),
            attempt: self.attempt,
            queued_at_us: convert::micros(self.queued_at),
            deadline_us: convert::micros(self.deadline),
            caused_by: self.caused_by.map(convert::id_bytes).unwrap_or_default(),
            input: Some(self.input.to_wire()),
            capture: Some(policy_to_wire(&self.capture)),
            retention: Some(retention_to_wire(&self.retention)),
        }
        .encode_to_vec()
    }

    fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let wire = wire::RunRequest::decode(bytes).map_err(convert::malformed(Self::NAME))?;
        Ok(Self {
            run: convert::id("run_id", &wire.run_id)?,
            tenant: convert::id("tenant_id", &wire.tenant_id)?,
            integration: convert::id("integration_id", &wire.integration_id)?,
            action: wire.action_key,
            revision: RevisionNumber(wire.revision),
            trigger: convert::word("trigger", &wire.trigger)?,
            lane: convert::word("lane", &wire.lane)?,
            attempt: wire.attempt.max(1),
            queued_at: convert::instant("queued_at_us", wire.queued_at_us)?,
            deadline: convert::instant("deadline_us", wire.deadline_us)?,
            caused_by: convert::optional_id("caused_by", &wire.caused_by)?,
            input: Input::from_wire(convert::required("input", wire.input)?)?,
            capture: policy_from_wire(&convert::required("capture", wire.capture)?)?,
            retention: retention_from_wire(&convert::required("retention", wire.retention)?)?,
        })
    }
}

fn policy_to_wire(policy: &CapturePolicy) -> wire::CapturePolicy {
    wire::CapturePolicy {
        http: policy.http.to_string(),
        http_until_us: convert::optional_micros(policy.http_until),
        payload: policy.payload,
    }
}

fn policy_from_wire(wire: &wire::CapturePolicy) -> Result<CapturePolicy, DecodeError> {
    Ok(CapturePolicy {
        http: convert::word("capture.http", &wire.http)?,
        http_until: convert::optional_instant("capture.http_until_us", wire.http_until_us)?,
        payload: wire.payload,
    })
}

pub(crate) fn retention_to_wire(retention: &Retention) -> wire::Retention {
    wire::Retention {
        status_days: retention.status.days().into(),
        payload_days: retention.payload.days().into(),
        http_days: retention.http.days().into(),
    }
}

pub(crate) fn retention_from_wire(wire: &wire::Retention) -> Result<Retention, DecodeError> {
    Ok(Retention {
        status: class("retention.status_days", wire.status_days)?,
        payload: class("retention.payload_days", wire.payload_days)?,
        http: class("retention.http_days", wire.http_days)?,
    })
}

fn class(field: &'static str, days: u32) -> Result<RetentionClass, DecodeError> {
    i16::try_from(days)
        .ok()
        .and_then(RetentionClass::from_days)
        .ok_or_else(|| DecodeError::Field { field, reason: format!("{days} days is no retention class") })
}
