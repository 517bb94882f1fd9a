//! Errors of runs and records as the API shows them: short in lists, explained in details.

use serde::Serialize;
use throughline_domain::{Evidence, RunError, Timestamp};
use utoipa::ToSchema;

use super::{ErrorClassWord, ErrorCodeWord, PhaseWord, SideWord, Time, Word};
use crate::advice;

/// An error in a list.
#[derive(Serialize, ToSchema)]
pub(crate) struct BriefError {
    class: ErrorClassWord,
    code: ErrorCodeWord,
    message: String,
}

/// Where the proof of an error is.
#[derive(Serialize, ToSchema)]
#[schema(as = Evidence)]
pub(crate) struct Proof {
    /// The phase that shows it.
    phase: Option<PhaseWord>,
    /// The HTTP exchange within the phase.
    exchange: Option<String>,
    /// A JSON pointer into the phase's document or the exchange's answer.
    pointer: Option<String>,
    /// The pointer of the rule in the integration document.
    rule: Option<String>,
    /// The source record's key.
    record: Option<String>,
}

/// What happens next by itself.
#[derive(Serialize, ToSchema)]
pub(crate) struct Next {
    /// One sentence.
    what: String,
    at: Option<Time>,
}

/// An error with all that helps to end it.
#[derive(Serialize, ToSchema)]
#[schema(as = RunError)]
pub(crate) struct ExplainedError {
    class: ErrorClassWord,
    code: ErrorCodeWord,
    /// A headline.
    title: &'static str,
    /// What happened this time.
    message: String,
    /// On whose side.
    side: SideWord,
    evidence: Proof,
    /// The usual cause.
    cause: &'static str,
    what_to_do: &'static str,
    /// Address of the page about this code, relative to the service.
    docs: String,
    next: Option<Next>,
}

/// An error of one record.
#[derive(Serialize, ToSchema)]
pub(crate) struct RecordError {
    class: ErrorClassWord,
    code: ErrorCodeWord,
    message: String,
    evidence: Proof,
}

impl From<&RunError> for BriefError {
    fn from(error: &RunError) -> Self {
        Self { class: error.class().into(), code: error.code.into(), message: error.message.clone() }
    }
}

impl From<&RunError> for RecordError {
    fn from(error: &RunError) -> Self {
        Self {
            class: error.class().into(),
            code: error.code.into(),
            message: error.message.clone(),
            evidence: (&error.evidence).into(),
        }
    }
}

impl From<&Evidence> for Proof {
    fn from(evidence: &Evidence) -> Self {
        Self {
            phase: evidence.phase.map(Word),
            exchange: evidence.exchange.clone(),
            pointer: evidence.pointer.clone(),
            rule: evidence.rule.clone(),
            record: evidence.record.clone(),
        }
    }
}

impl ExplainedError {
    /// The error, explained; `next_attempt_at` is when its records are tried again by themselves.
    pub(crate) fn of(error: &RunError, next_attempt_at: Option<Timestamp>) -> Self {
        let words = advice::of(error.code);
        let again = |at| Next { what: "The failed records are tried again.".to_owned(), at: Some(Time(at)) };
        Self {
            class: error.class().into(),
            code: error.code.into(),
            title: words.title,
            message: error.message.clone(),
            side: error.side.into(),
            evidence: (&error.evidence).into(),
            cause: words.cause,
            what_to_do: words.what_to_do,
            docs: format!("/docs/problems/{}", error.code),
            next: next_attempt_at.map(again),
        }
    }
}
