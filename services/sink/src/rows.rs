//! From the parts of a capture to the rows of the store.

use throughline_contract::{RecordOutcome, RunFinished, RunHeader, RunStarted};
use throughline_store::runs::phases::Phases;
use throughline_store::runs::{FinishedRun, RecordRow, RunIdentity, StartedRun};

/// Who the run is.
pub(crate) fn identity(header: RunHeader) -> RunIdentity {
    RunIdentity {
        run: header.run,
        tenant: header.tenant,
        integration: header.integration,
        action: header.action,
        revision: header.revision,
        trigger: header.trigger,
        attempt: header.attempt,
        queued_at: header.queued_at,
        caused_by: header.caused_by,
        class: header.retention.status,
    }
}

/// The row of a run that began.
pub(crate) fn started(header: RunHeader, started: &RunStarted) -> StartedRun {
    StartedRun { identity: identity(header), started_at: started.started_at, deadline: started.deadline }
}

/// The rows of a run that ended and whose phases lie at `phases`.
pub(crate) fn finished(header: RunHeader, finished: RunFinished, phases: Phases) -> FinishedRun {
    FinishedRun {
        identity: identity(header),
        started_at: finished.started_at,
        finished_at: finished.finished_at,
        status: finished.status,
        counts: finished.counts,
        error: finished.error,
        next_attempt_at: finished.next_attempt_at,
        phases,
        records: finished.records.into_iter().map(record).collect(),
    }
}

fn record(record: RecordOutcome) -> RecordRow {
    RecordRow {
        source_key: record.source_key,
        target_key: record.target_key,
        source_url: record.source_url,
        target_url: record.target_url,
        operation: record.operation,
        outcome: record.outcome,
        error: record.error,
    }
}
