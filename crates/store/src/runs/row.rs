//! What is written of a run.

use throughline_domain::{
    IntegrationId, Operation, Outcome, OutcomeCounts, RetentionClass, RevisionNumber, RunError, RunId,
    RunStatus, TenantId, Timestamp, TriggerKind,
};

use super::packs::PackRow;
use super::phases::Phases;

/// What identifies a run and places its rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunIdentity {
    /// The run.
    pub run: RunId,
    /// Whose.
    pub tenant: TenantId,
    /// The integration.
    pub integration: IntegrationId,
    /// Key of the action.
    pub action: String,
    /// The revision that was used; `None` if none could be.
    pub revision: Option<RevisionNumber>,
    /// Why.
    pub trigger: TriggerKind,
    /// Which try of its records this is: 1 for the first.
    pub attempt: u32,
    /// When the trigger was accepted.
    pub queued_at: Timestamp,
    /// The run that caused this one.
    pub caused_by: Option<RunId>,
    /// For how long the row is kept.
    pub class: RetentionClass,
}

/// A run that is shown while it executes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StartedRun {
    /// Which.
    pub identity: RunIdentity,
    /// When a worker began.
    pub started_at: Timestamp,
    /// When it is given up.
    pub deadline: Timestamp,
}

/// A run that ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FinishedRun {
    /// Which.
    pub identity: RunIdentity,
    /// When a worker began; `None` if none did.
    pub started_at: Option<Timestamp>,
    /// When it ended.
    pub finished_at: Timestamp,
    /// A final status.
    pub status: RunStatus,
    /// How many records had which outcome.
    pub counts: OutcomeCounts,
    /// What stopped it, or the first error of its records.
    pub error: Option<RunError>,
    /// When its failed records are tried again by themselves.
    pub next_attempt_at: Option<Timestamp>,
    /// Where its phases lie.
    pub phases: Phases,
    /// What became of its records.
    pub records: Vec<RecordRow>,
}

/// What became of one record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordRow {
    /// Key in the source.
    pub source_key: String,
    /// Key in the target.
    pub target_key: Option<String>,
    /// Page of the source record.
    pub source_url: Option<String>,
    /// Page of the target record.
    pub target_url: Option<String>,
    /// What was tried.
    pub operation: Option<Operation>,
    /// What came of it.
    pub outcome: Outcome,
    /// Why it failed or is in doubt.
    pub error: Option<RunError>,
}

/// What one transaction writes: runs of any tenants, and the packs that their phases lie in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RunBatch {
    /// Runs to show.
    pub started: Vec<StartedRun>,
    /// Runs that ended.
    pub finished: Vec<FinishedRun>,
    /// The packs; all of them are stored already.
    pub packs: Vec<PackRow>,
}

impl RunBatch {
    /// Every run's identity, with repetitions.
    pub fn identities(&self) -> impl Iterator<Item = &RunIdentity> {
        let started = self.started.iter().map(|run| &run.identity);
        started.chain(self.finished.iter().map(|run| &run.identity))
    }
}
