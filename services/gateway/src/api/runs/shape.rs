//! A run as the API shows it.

use std::collections::BTreeMap;

use serde::Serialize;
use throughline_domain::{IntegrationId, OutcomeCounts};
use throughline_store::integrations::Labels;
use throughline_store::runs::{PreviewItem, RunSummary};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::answer::{BriefError, OutcomeWord, RunStatusWord, Time, TriggerKindWord, millis};

/// What a list shows of a run.
#[derive(Serialize, ToSchema)]
pub(crate) struct Run {
    #[serde(flatten)]
    facts: RunFacts,
    error: Option<BriefError>,
}

/// What lists and details of runs have in common.
#[derive(Serialize, ToSchema)]
pub(crate) struct RunFacts {
    id: Uuid,
    integration: IntegrationName,
    action: ActionName,
    /// The revision that was used; 0 if none could be.
    revision: i32,
    trigger: TriggerKindWord,
    status: RunStatusWord,
    /// Which try of its records this is: 1 for the first.
    attempt: u32,
    queued_at: Time,
    started_at: Option<Time>,
    finished_at: Option<Time>,
    duration_ms: Option<i64>,
    records: RecordCounts,
    /// The first records, at most three.
    records_preview: Vec<RecordPreview>,
}

/// The integration of a run.
#[derive(Serialize, ToSchema)]
pub(crate) struct IntegrationName {
    id: Uuid,
    name: String,
}

/// The action of a run.
#[derive(Serialize, ToSchema)]
pub(crate) struct ActionName {
    key: String,
    name: String,
}

/// How many records had which outcome.
#[derive(Serialize, ToSchema)]
pub(crate) struct RecordCounts {
    read: u32,
    created: u32,
    updated: u32,
    unchanged: u32,
    skipped: u32,
    filtered: u32,
    failed: u32,
    in_doubt: u32,
}

/// One record, in brief.
#[derive(Serialize, ToSchema)]
pub(crate) struct RecordPreview {
    source_key: String,
    target_key: Option<String>,
    outcome: OutcomeWord,
}

/// What integrations and their actions are called.
pub(crate) type Names = BTreeMap<IntegrationId, Labels>;

impl RunFacts {
    /// The facts of a row.
    pub(super) fn of(row: RunSummary, names: &Names) -> Self {
        Self {
            id: row.run.as_uuid(),
            integration: integration_name(row.integration, names),
            action: action_name(row.integration, row.action, names),
            revision: row.revision.map_or(0, |number| number.0),
            trigger: row.trigger.into(),
            status: row.status.into(),
            attempt: row.attempt,
            queued_at: row.queued_at.into(),
            started_at: row.started_at.map(Time),
            finished_at: row.finished_at.map(Time),
            duration_ms: row.started_at.zip(row.finished_at).map(|(from, to)| millis(from, to)),
            records: row.counts.into(),
            records_preview: row.preview.into_iter().map(RecordPreview::from).collect(),
        }
    }
}

impl Run {
    /// The run as a list shows it.
    pub(super) fn brief(row: RunSummary, names: &Names) -> Self {
        let error = row.error.as_ref().map(BriefError::from);
        Self { facts: RunFacts::of(row, names), error }
    }
}

/// An integration's name; a deleted one says so.
pub(crate) fn integration_name(id: IntegrationId, names: &Names) -> IntegrationName {
    let name =
        names.get(&id).map_or_else(|| "(deleted integration)".to_owned(), |labels| labels.name.clone());
    IntegrationName { id: id.as_uuid(), name }
}

/// An action's name, or its key when it has gone from the integration.
pub(crate) fn action_name(id: IntegrationId, key: String, names: &Names) -> ActionName {
    let name = names.get(&id).and_then(|labels| labels.actions.get(&key)).unwrap_or(&key).clone();
    ActionName { key, name }
}

impl From<OutcomeCounts> for RecordCounts {
    fn from(counts: OutcomeCounts) -> Self {
        let OutcomeCounts { read, created, updated, unchanged, skipped, filtered, failed, in_doubt } = counts;
        Self { read, created, updated, unchanged, skipped, filtered, failed, in_doubt }
    }
}

impl From<PreviewItem> for RecordPreview {
    fn from(item: PreviewItem) -> Self {
        Self { source_key: item.source_key, target_key: item.target_key, outcome: item.outcome.into() }
    }
}
