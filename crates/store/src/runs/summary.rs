//! A run as it is read.

use serde_json::Value;
use throughline_domain::{
    IntegrationId, Outcome, OutcomeCounts, RetentionClass, RevisionNumber, RunError, RunId, RunStatus,
    Timestamp, TriggerKind,
};
use uuid::Uuid;

use super::evidence;
use super::phases::Phases;
use crate::column::{retention_class, word};
use crate::error::Result;

/// What a list shows of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunSummary {
    /// The run.
    pub run: RunId,
    /// The integration.
    pub integration: IntegrationId,
    /// Key of the action.
    pub action: String,
    /// The revision that was used.
    pub revision: Option<RevisionNumber>,
    /// Why.
    pub trigger: TriggerKind,
    /// What it is, or how it ended.
    pub status: RunStatus,
    /// Which try of its records this is.
    pub attempt: u32,
    /// When the trigger was accepted.
    pub queued_at: Timestamp,
    /// When a worker began.
    pub started_at: Option<Timestamp>,
    /// When it ended.
    pub finished_at: Option<Timestamp>,
    /// How many records had which outcome.
    pub counts: OutcomeCounts,
    /// What stopped it, or the first error of its records.
    pub error: Option<RunError>,
    /// The first records.
    pub preview: Vec<PreviewItem>,
    /// For how long the row is kept.
    pub class: RetentionClass,
}

/// One record, in brief.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PreviewItem {
    /// Key in the source.
    pub source_key: String,
    /// Key in the target.
    pub target_key: Option<String>,
    /// What came of it.
    pub outcome: Outcome,
}

/// Everything that a row says of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunDetail {
    /// What the list shows.
    pub summary: RunSummary,
    /// The run that caused this one.
    pub caused_by: Option<RunId>,
    /// When it is given up, while it executes.
    pub deadline: Option<Timestamp>,
    /// When its failed records are tried again by themselves.
    pub next_attempt_at: Option<Timestamp>,
    /// Where its phases lie; empty while it executes.
    pub phases: Phases,
}

/// The columns of [`RunSummary`], in the order of [`SummaryRow`].
pub(super) const COLUMNS: &str = "r.run_id, r.integration_id, r.action_key, r.revision, r.trigger, r.status, r.attempt, \
     r.queued_at, r.started_at, r.finished_at, r.records_read, r.created, r.updated, r.unchanged, r.skipped, r.filtered, \
     r.failed, r.in_doubt, r.error_code, r.error_message, r.error_side, r.evidence, r.preview, r.retention_days";

/// A row of `runs` as the database gives it.
#[derive(Debug, sqlx::FromRow)]
pub(super) struct SummaryRow {
    run_id: Uuid,
    integration_id: Uuid,
    action_key: String,
    revision: Option<i32>,
    trigger: String,
    status: String,
    attempt: i16,
    queued_at: Timestamp,
    started_at: Option<Timestamp>,
    finished_at: Option<Timestamp>,
    records_read: i32,
    created: i32,
    updated: i32,
    unchanged: i32,
    skipped: i32,
    filtered: i32,
    failed: i32,
    in_doubt: i32,
    error_code: Option<String>,
    error_message: Option<String>,
    error_side: Option<String>,
    evidence: Option<Value>,
    preview: Option<Value>,
    retention_days: i16,
}

impl SummaryRow {
    pub(super) fn into_summary(self) -> Result<RunSummary> {
        Ok(RunSummary {
            run: RunId::from_uuid(self.run_id),
            integration: IntegrationId::from_uuid(self.integration_id),
            counts: self.counts(),
            error: evidence::error(
                self.error_code.as_deref(),
                self.error_message,
                self.error_side.as_deref(),
                self.evidence.as_ref(),
            )?,
            action: self.action_key,
            revision: self.revision.map(RevisionNumber),
            trigger: word("trigger", &self.trigger)?,
            status: word("status", &self.status)?,
            attempt: u32::try_from(self.attempt).unwrap_or(1),
            queued_at: self.queued_at,
            started_at: self.started_at,
            finished_at: self.finished_at,
            preview: preview(self.preview.as_ref()),
            class: retention_class("retention_days", self.retention_days)?,
        })
    }

    fn counts(&self) -> OutcomeCounts {
        let count = |value: i32| u32::try_from(value).unwrap_or_default();
        OutcomeCounts {
            read: count(self.records_read),
            created: count(self.created),
            updated: count(self.updated),
            unchanged: count(self.unchanged),
            skipped: count(self.skipped),
            filtered: count(self.filtered),
            failed: count(self.failed),
            in_doubt: count(self.in_doubt),
        }
    }
}

/// A preview is for the eye: an item that cannot be read is left out.
fn preview(json: Option<&Value>) -> Vec<PreviewItem> {
    let item = |item: &Value| {
        Some(PreviewItem {
            source_key: item.get(0)?.as_str()?.to_owned(),
            target_key: item.get(1)?.as_str().map(str::to_owned),
            outcome: item.get(2)?.as_str()?.parse().ok()?,
        })
    };
    json.and_then(Value::as_array).into_iter().flatten().filter_map(item).collect()
}
