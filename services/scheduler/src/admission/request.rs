//! The run request that a trigger becomes.

use std::time::Duration;

use throughline_contract::{Capture, RunRequest, Trigger};
use throughline_domain::{
    CapturePolicy, ErrorCode, RevisionNumber, RunError, RunStatus, Side, Timestamp, TriggerKind,
};
use throughline_queue::PublishError;
use throughline_store::Session;
use throughline_store::scheduling::admission::{Standing, document};

use super::Admission;
use super::documents::{ActionFacts, Known};
use crate::settlement;

/// A run may wait this long in the broker before its own time begins to count.
const WAIT_IN_QUEUE: Duration = Duration::from_secs(120);

impl Admission {
    /// The run request, or why there can be none.
    pub(crate) async fn request(
        &self,
        session: &mut Session,
        trigger: &Trigger,
        standing: &Standing,
        now: Timestamp,
    ) -> anyhow::Result<Result<RunRequest, RunError>> {
        let revision = match revision_to_use(trigger, standing) {
            Ok(revision) => revision,
            Err(error) => return Ok(Err(error)),
        };
        let Some(facts) = self.facts(session, trigger, revision).await? else {
            return Ok(Err(unusable(format!(
                "Revision {revision} has no action `{}` that can be run.",
                trigger.action
            ))));
        };
        let time = facts.timeout.min(self.limits.run_timeout) + WAIT_IN_QUEUE;
        Ok(Ok(RunRequest {
            run: trigger.id.into(),
            tenant: trigger.tenant,
            integration: trigger.integration,
            action: trigger.action.clone(),
            revision,
            trigger: trigger.kind,
            lane: trigger.lane,
            attempt: trigger.attempt,
            queued_at: trigger.accepted_at,
            deadline: now + time,
            caused_by: trigger.caused_by,
            input: trigger.input.clone(),
            capture: policy(&standing.capture, &facts),
            retention: standing.retention,
        }))
    }

    async fn facts(
        &self,
        session: &mut Session,
        trigger: &Trigger,
        revision: RevisionNumber,
    ) -> anyhow::Result<Option<ActionFacts>> {
        let key = (trigger.tenant, trigger.integration, revision);
        if let Known::Unread = self.documents.action(key, &trigger.action) {
            let document = match document(session, trigger.tenant, trigger.integration, revision).await {
                Err(throughline_store::StoreError::NotFound) => serde_json::Value::Null,
                found => found?,
            };
            self.documents.remember(key, &document);
        }
        Ok(match self.documents.action(key, &trigger.action) {
            Known::Action(facts) => Some(facts),
            Known::Unread | Known::Unusable => None,
        })
    }
}

/// The settled run of a trigger that cannot run.
pub(super) fn refused(trigger: &Trigger, standing: &Standing, error: RunError, now: Timestamp) -> Capture {
    let header = settlement::header_of_trigger(trigger, standing.retention);
    settlement::settled(header, None, now, RunStatus::Cancelled, error)
}

/// The settled run of a request that the broker cannot carry.
pub(super) fn too_large(request: &RunRequest, error: &PublishError, now: Timestamp) -> Capture {
    let message = format!("What the run was to work on cannot be handed to a worker: {error}.");
    let error = RunError::new(ErrorCode::InternalFault, Side::Throughline, message);
    settlement::settled(settlement::header_of_request(request), None, now, RunStatus::Failed, error)
}

fn revision_to_use(trigger: &Trigger, standing: &Standing) -> Result<RevisionNumber, RunError> {
    let asked_by_a_person = matches!(trigger.kind, TriggerKind::Manual | TriggerKind::Replay);
    if !standing.enabled && !asked_by_a_person {
        return Err(unusable("The integration is disabled, so nothing was run. Enable it to go on."));
    }
    trigger.revision.or(standing.published).ok_or_else(|| {
        unusable("The integration has no published revision, so nothing was run. Publish its draft.")
    })
}

fn policy(tenant: &CapturePolicy, action: &ActionFacts) -> CapturePolicy {
    CapturePolicy {
        http: action.http.unwrap_or(tenant.http),
        http_until: if action.http.is_some() { None } else { tenant.http_until },
        payload: action.payload.unwrap_or(tenant.payload),
    }
}

fn unusable(message: impl Into<String>) -> RunError {
    RunError::new(ErrorCode::ConfigurationUnusable, Side::Mapping, message)
}
