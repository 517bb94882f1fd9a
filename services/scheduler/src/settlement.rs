//! Runs that no worker will settle: the scheduler says what became of them.
//!
//! The scheduler may not write run rows; it publishes a capture like a worker does, and the sink writes. A capture for a
//! run that has ended already changes nothing, so settling twice, or too late, is harmless.

use throughline_contract::{
    Capture, Message as _, PhaseContent, PhaseDocument, RunFinished, RunHeader, RunRequest, Stage, Trigger,
};
use throughline_domain::{OutcomeCounts, Phase, Retention, RunError, RunStatus, Timestamp};
use throughline_queue::{Message, PublishError, Publisher, Queue};

/// Why the phases of such a run are empty.
const NO_PHASES: &str = "No worker executed this run to its end, so nothing was captured.";

/// The header of the run that a trigger would have become.
pub(crate) fn header_of_trigger(trigger: &Trigger, retention: Retention) -> RunHeader {
    RunHeader {
        run: trigger.id.into(),
        tenant: trigger.tenant,
        integration: trigger.integration,
        action: trigger.action.clone(),
        revision: trigger.revision,
        trigger: trigger.kind,
        attempt: trigger.attempt,
        queued_at: trigger.accepted_at,
        caused_by: trigger.caused_by,
        retention,
    }
}

/// The header of a requested run.
pub(crate) fn header_of_request(request: &RunRequest) -> RunHeader {
    RunHeader {
        run: request.run,
        tenant: request.tenant,
        integration: request.integration,
        action: request.action.clone(),
        revision: Some(request.revision),
        trigger: request.trigger,
        attempt: request.attempt,
        queued_at: request.queued_at,
        caused_by: request.caused_by,
        retention: request.retention,
    }
}

/// The capture of a run that ended without a worker's word.
pub(crate) fn settled(
    run: RunHeader,
    started_at: Option<Timestamp>,
    finished_at: Timestamp,
    status: RunStatus,
    error: RunError,
) -> Capture {
    let phase = |phase| PhaseDocument {
        phase,
        content: PhaseContent::NotCaptured(NO_PHASES.into()),
        items: 0,
        took_us: 0,
    };
    let finished = RunFinished {
        started_at,
        finished_at,
        status,
        counts: OutcomeCounts::default(),
        error: Some(error),
        records: Vec::new(),
        phases: Phase::ALL.iter().copied().map(phase).collect(),
        next_attempt_at: None,
    };
    Capture { run, stage: Stage::Finished(Box::new(finished)) }
}

/// Publishes a settlement, confirmed.
pub(crate) async fn publish(publisher: &Publisher, capture: &Capture) -> Result<(), PublishError> {
    let message = Message::new(Capture::NAME, capture.run.run.as_uuid(), capture.encode());
    publisher.publish(Queue::Captures, message).await
}
