//! One record in the hands of a run, and what became of it.

use std::time::Duration;

use serde_json::Value;
use sha2::{Digest, Sha256};
use throughline_connectors::Failure;
use throughline_domain::{Operation, Outcome, RunError};
use throughline_flow::{Mapped, Record};

/// A record that passed the filter.
#[derive(Debug, Clone)]
pub(crate) struct Item {
    /// The record.
    pub(crate) record: Record,
    /// Whether it lies in the overlap window of a poll: it has probably been seen before.
    pub(crate) overlap: bool,
}

impl Item {
    /// Names the input of a create: the record and the revision that maps it.
    pub(crate) fn intent(&self, revision: i32) -> String {
        let mut hash = Sha256::new();
        hash.update(revision.to_be_bytes());
        hash.update(self.record.fields.to_string());
        format!("input:{}", hex::encode(&hash.finalize()[..16]))
    }
}

/// What became of one record.
#[derive(Debug)]
pub(crate) struct Done {
    /// Key in the source.
    pub(crate) source_key: String,
    /// Page in the source.
    pub(crate) source_url: Option<String>,
    /// Whether it lies in the overlap window of a poll.
    pub(crate) overlap: bool,
    /// Key in the target.
    pub(crate) target_key: Option<String>,
    /// Page in the target.
    pub(crate) target_url: Option<String>,
    /// What was tried.
    pub(crate) operation: Option<Operation>,
    /// What came of it.
    pub(crate) outcome: Outcome,
    /// Why nothing was written, for a person.
    pub(crate) reason: Option<&'static str>,
    /// Why it failed or is in doubt.
    pub(crate) error: Option<RunError>,
    /// What the field map made of it.
    pub(crate) mapped: Option<Mapped>,
    /// What the target answered.
    pub(crate) answer: Option<Value>,
    /// How it is tried again.
    pub(crate) again: Option<Again>,
    /// Whether what is kept of an earlier failure stays kept.
    pub(crate) leaves_failure: bool,
    /// How long mapping took.
    pub(crate) mapping_took: Duration,
    /// How long the target took.
    pub(crate) target_took: Duration,
}

/// Why a record did not arrive, and how it is tried again.
#[derive(Debug)]
pub(crate) struct Failed {
    /// Why.
    pub(crate) error: RunError,
    /// How it is tried again.
    pub(crate) again: Again,
}

/// What the next attempt of a record needs.
#[derive(Debug, Clone)]
pub(crate) struct Again {
    /// The record as it was extracted.
    pub(crate) record: Record,
    /// Whether it is tried again by itself.
    pub(crate) transient: bool,
    /// How long the target asked to wait.
    pub(crate) after: Option<Duration>,
}

impl Again {
    /// At a later attempt, by itself.
    pub(crate) fn later(record: &Record, after: Option<Duration>) -> Self {
        Self { record: record.clone(), transient: true, after }
    }

    /// When a person has changed something and asks.
    pub(crate) fn on_request(record: &Record) -> Self {
        Self { record: record.clone(), transient: false, after: None }
    }

    /// By itself if what failed may pass by itself.
    pub(crate) fn after(record: &Record, failure: &Failure) -> Self {
        Self { record: record.clone(), transient: failure.transient, after: failure.retry_after }
    }
}

impl Done {
    /// Nothing has become of it yet.
    pub(crate) fn of(item: &Item) -> Self {
        Self {
            source_key: item.record.key.clone(),
            source_url: item.record.url.clone(),
            overlap: item.overlap,
            target_key: None,
            target_url: None,
            operation: None,
            outcome: Outcome::Skipped,
            reason: None,
            error: None,
            mapped: None,
            answer: None,
            again: None,
            leaves_failure: false,
            mapping_took: Duration::ZERO,
            target_took: Duration::ZERO,
        }
    }

    /// It did not arrive.
    pub(crate) fn failed(mut self, failed: Failed) -> Self {
        self.outcome = Outcome::Failed;
        self.error = Some(failed.error);
        self.again = Some(failed.again);
        self
    }

    /// Nothing had to be written.
    pub(crate) const fn quiet(mut self, outcome: Outcome, reason: &'static str) -> Self {
        self.outcome = outcome;
        self.reason = Some(reason);
        self
    }

    /// The run was cancelled before it came to it.
    pub(crate) const fn cancelled(self) -> Self {
        self.quiet(Outcome::Skipped, "The run was cancelled before it came to this record.").leaving_failure()
    }

    /// What is kept of an earlier failure of the record is none of this run's business.
    pub(crate) const fn leaving_failure(mut self) -> Self {
        self.leaves_failure = true;
        self
    }

    /// Whether a poll that has probably told so before need not tell it again.
    pub(crate) const fn is_old_news(&self) -> bool {
        self.overlap && matches!(self.outcome, Outcome::Skipped | Outcome::Unchanged | Outcome::Filtered)
    }
}
