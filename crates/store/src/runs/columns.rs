//! Rows turned into one array per column: a batch of any size is one statement.

use chrono::NaiveDate;
use serde_json::Value;
use throughline_domain::{Operation, RunError, Timestamp};
use uuid::Uuid;

use super::evidence;
use super::row::{FinishedRun, RecordRow, RunIdentity};
use crate::column::days;
use crate::text::{self, KEY_LIMIT, MESSAGE_LIMIT, URL_LIMIT};

/// Records that the list shows of each run.
const PREVIEW: usize = 3;

/// Columns of [`RunIdentity`].
#[derive(Debug, Default)]
pub(super) struct IdentityColumns {
    pub(super) tenant: Vec<Uuid>,
    pub(super) run: Vec<Uuid>,
    pub(super) class: Vec<i16>,
    pub(super) day: Vec<NaiveDate>,
    pub(super) integration: Vec<Uuid>,
    pub(super) action: Vec<String>,
    pub(super) revision: Vec<Option<i32>>,
    pub(super) trigger: Vec<String>,
    pub(super) attempt: Vec<i16>,
    pub(super) queued_at: Vec<Timestamp>,
    pub(super) caused_by: Vec<Option<Uuid>>,
}

impl IdentityColumns {
    pub(super) fn of<'a>(runs: impl Iterator<Item = &'a RunIdentity>) -> Self {
        let mut columns = Self::default();
        for run in runs {
            columns.tenant.push(run.tenant.as_uuid());
            columns.run.push(run.run.as_uuid());
            columns.class.push(days(run.class));
            columns.day.push(run.run.day());
            columns.integration.push(run.integration.as_uuid());
            columns.action.push(text::clean(&run.action, KEY_LIMIT));
            columns.revision.push(run.revision.map(|number| number.0));
            columns.trigger.push(run.trigger.as_str().to_owned());
            columns.attempt.push(i16::try_from(run.attempt).unwrap_or(i16::MAX));
            columns.queued_at.push(run.queued_at);
            columns.caused_by.push(run.caused_by.map(Into::into));
        }
        columns
    }
}

/// Columns of an optional error.
#[derive(Debug, Default)]
pub(super) struct ErrorColumns {
    pub(super) class: Vec<Option<String>>,
    pub(super) code: Vec<Option<String>>,
    pub(super) message: Vec<Option<String>>,
    pub(super) side: Vec<Option<String>>,
    pub(super) evidence: Vec<Option<Value>>,
}

impl ErrorColumns {
    fn push(&mut self, error: Option<&RunError>) {
        self.class.push(error.map(|error| error.class().as_str().to_owned()));
        self.code.push(error.map(|error| error.code.as_str().to_owned()));
        self.message.push(error.map(|error| text::clean(&error.message, MESSAGE_LIMIT)));
        self.side.push(error.map(|error| error.side.as_str().to_owned()));
        self.evidence.push(error.and_then(|error| evidence::to_json(&error.evidence)));
    }
}

/// Columns of how a run ended.
#[derive(Debug, Default)]
pub(super) struct EndColumns {
    pub(super) started_at: Vec<Option<Timestamp>>,
    pub(super) finished_at: Vec<Timestamp>,
    pub(super) status: Vec<String>,
    /// read, created, updated, unchanged, skipped, filtered, failed, in_doubt.
    pub(super) counts: [Vec<i32>; 8],
    pub(super) error: ErrorColumns,
    pub(super) next_attempt_at: Vec<Option<Timestamp>>,
    pub(super) preview: Vec<Option<Value>>,
    pub(super) phases: Vec<Vec<u8>>,
}

impl EndColumns {
    pub(super) fn of(runs: &[&FinishedRun]) -> Self {
        let mut columns = Self::default();
        for run in runs {
            let counts = &run.counts;
            let each = [
                counts.read,
                counts.created,
                counts.updated,
                counts.unchanged,
                counts.skipped,
                counts.filtered,
                counts.failed,
                counts.in_doubt,
            ];
            for (column, count) in columns.counts.iter_mut().zip(each) {
                column.push(i32::try_from(count).unwrap_or(i32::MAX));
            }
            columns.started_at.push(run.started_at);
            columns.finished_at.push(run.finished_at);
            columns.status.push(run.status.as_str().to_owned());
            columns.error.push(run.error.as_ref());
            columns.next_attempt_at.push(run.next_attempt_at);
            columns.preview.push(preview(&run.records));
            columns.phases.push(run.phases.encode());
        }
        columns
    }
}

/// `[[source key, target key or null, outcome], …]` of the first records.
fn preview(records: &[RecordRow]) -> Option<Value> {
    let item = |record: &RecordRow| {
        let target = record.target_key.as_deref().map_or(Value::Null, |key| text::json(key, KEY_LIMIT));
        let outcome = Value::from(record.outcome.as_str());
        Value::Array(vec![text::json(&record.source_key, KEY_LIMIT), target, outcome])
    };
    (!records.is_empty()).then(|| Value::Array(records.iter().take(PREVIEW).map(item).collect()))
}

/// Columns of records.
#[derive(Debug, Default)]
pub(super) struct RecordColumns {
    pub(super) tenant: Vec<Uuid>,
    pub(super) run: Vec<Uuid>,
    pub(super) class: Vec<i16>,
    pub(super) day: Vec<NaiveDate>,
    pub(super) seq: Vec<i32>,
    pub(super) source_key: Vec<String>,
    pub(super) target_key: Vec<Option<String>>,
    pub(super) source_url: Vec<Option<String>>,
    pub(super) target_url: Vec<Option<String>>,
    pub(super) operation: Vec<Option<String>>,
    pub(super) outcome: Vec<String>,
    pub(super) error: ErrorColumns,
}

impl RecordColumns {
    pub(super) fn of<'a>(runs: impl Iterator<Item = &'a FinishedRun>) -> Self {
        let mut columns = Self::default();
        for run in runs {
            for (seq, record) in (0i32..).zip(&run.records) {
                columns.push(&run.identity, seq, record);
            }
        }
        columns
    }

    fn push(&mut self, run: &RunIdentity, seq: i32, record: &RecordRow) {
        let url = |url: &Option<String>| url.as_deref().map(|url| text::clean(url, URL_LIMIT));
        self.tenant.push(run.tenant.as_uuid());
        self.run.push(run.run.as_uuid());
        self.class.push(days(run.class));
        self.day.push(run.run.day());
        self.seq.push(seq);
        self.source_key.push(text::clean(&record.source_key, KEY_LIMIT));
        self.target_key.push(record.target_key.as_deref().map(|key| text::clean(key, KEY_LIMIT)));
        self.source_url.push(url(&record.source_url));
        self.target_url.push(url(&record.target_url));
        self.operation.push(record.operation.map(Operation::as_str).map(str::to_owned));
        self.outcome.push(record.outcome.as_str().to_owned());
        self.error.push(record.error.as_ref());
    }
}
