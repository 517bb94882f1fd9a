//! What consoles see at once: events of runs whose rows have just been committed.

use serde_json::{Value, json};
use throughline_coord::LivePublisher;
use throughline_store::runs::{FinishedRun, RunBatch, RunIdentity, StartedRun, Written};

/// Sends live events. They may be lost; the rows say the same.
#[derive(Debug, Clone)]
pub(crate) struct Announcer {
    publisher: LivePublisher,
}

impl Announcer {
    pub(crate) const fn new(publisher: LivePublisher) -> Self {
        Self { publisher }
    }

    /// Announces the runs of a batch that were changed by it.
    pub(crate) fn announce(&self, batch: &RunBatch, written: &Written) {
        for run in batch.started.iter().filter(|run| written.started.contains(&run.identity.run)) {
            self.publisher.send(run.identity.tenant, "run.started", started(run).to_string());
        }
        for run in batch.finished.iter().filter(|run| written.finished.contains(&run.identity.run)) {
            self.publisher.send(run.identity.tenant, "run.finished", finished(run).to_string());
        }
    }
}

fn started(run: &StartedRun) -> Value {
    let mut event = common(&run.identity, "running");
    event["started_at"] = json!(run.started_at);
    event
}

fn finished(run: &FinishedRun) -> Value {
    let mut event = common(&run.identity, run.status.as_str());
    event["started_at"] = json!(run.started_at);
    event["finished_at"] = json!(run.finished_at);
    event["error"] = run.error.as_ref().map_or(Value::Null, |error| {
        json!({ "class": error.class().as_str(), "code": error.code.as_str(), "message": error.message })
    });
    let counts = &run.counts;
    event["records"] = json!({
        "read": counts.read, "created": counts.created, "updated": counts.updated, "unchanged": counts.unchanged,
        "skipped": counts.skipped, "filtered": counts.filtered, "failed": counts.failed, "in_doubt": counts.in_doubt,
    });
    event
}

fn common(run: &RunIdentity, status: &str) -> Value {
    json!({
        "run_id": run.run.as_uuid(), "integration_id": run.integration.as_uuid(), "action": run.action,
        "trigger": run.trigger.as_str(), "attempt": run.attempt, "status": status, "queued_at": run.queued_at,
    })
}
