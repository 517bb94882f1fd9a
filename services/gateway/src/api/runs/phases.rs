//! What is known of the phases of a run, and their documents.

use chrono::NaiveDate;
use serde::Serialize;
use serde_json::value::RawValue;
use throughline_domain::{Phase, RunId, RunStatus};
use throughline_store::runs::RunDetail;
use throughline_store::runs::phases::{PhaseEntry, PhaseState};
use throughline_vault::TenantKey;
use utoipa::ToSchema;

use crate::answer::PhaseWord;
use crate::app::App;
use crate::payloads::expired;
use crate::problem::{Answer, Problem, ProblemCode};

/// What is known of one phase of a run.
#[derive(Serialize, ToSchema)]
pub(crate) struct PhaseInfo {
    phase: PhaseWord,
    state: State,
    /// Why there is no document.
    reason: Option<String>,
    /// Length of the document.
    size_bytes: Option<u32>,
    /// Length as it is stored: compressed and sealed.
    stored_bytes: Option<u32>,
    /// Records or exchanges.
    items: Option<u32>,
    duration_ms: Option<f64>,
}

/// Whether a phase has a document.
#[derive(Clone, Copy, Serialize, ToSchema, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
#[schema(as = PhaseState)]
pub(crate) enum State {
    /// It has one.
    Captured,
    /// It was not kept.
    NotCaptured,
    /// It was kept for as long as the settings say.
    Expired,
    /// There was nothing to show.
    Empty,
    /// The run has not ended.
    Pending,
}

/// All seven phases, in the order in which they are shown.
pub(super) fn all(run: &RunDetail, today: NaiveDate) -> Vec<PhaseInfo> {
    Phase::ALL.iter().map(|phase| info(*phase, run, today)).collect()
}

fn info(phase: Phase, run: &RunDetail, today: NaiveDate) -> PhaseInfo {
    let Some(entry) = run.phases.get(phase) else { return absent(phase, run.summary.status) };
    let (state, reason, sizes) = match &entry.state {
        PhaseState::Empty => (State::Empty, None, None),
        PhaseState::NotCaptured(reason) => (State::NotCaptured, Some(reason.clone()), None),
        PhaseState::Captured(at) if at.is_expired(today) => (
            State::Expired,
            Some(format!("It was kept for {} days.", at.class.days())),
            Some((at.plain, at.length)),
        ),
        PhaseState::Captured(at) => (State::Captured, None, Some((at.plain, at.length))),
    };
    PhaseInfo {
        phase: phase.into(),
        state,
        reason,
        size_bytes: sizes.map(|(plain, _)| plain),
        stored_bytes: sizes.map(|(_, stored)| stored),
        items: Some(entry.items),
        duration_ms: Some(milliseconds(entry)),
    }
}

fn absent(phase: Phase, status: RunStatus) -> PhaseInfo {
    let (state, reason) = if status.is_final() {
        (State::NotCaptured, Some("The run did not come to this phase.".to_owned()))
    } else {
        (State::Pending, Some("The run has not ended.".to_owned()))
    };
    PhaseInfo {
        phase: phase.into(),
        state,
        reason,
        size_bytes: None,
        stored_bytes: None,
        items: None,
        duration_ms: None,
    }
}

/// Microseconds as milliseconds; a phase is never so long that a float would lose any.
#[allow(clippy::cast_precision_loss, reason = "phases are shorter than 2^53 microseconds")]
fn milliseconds(entry: &PhaseEntry) -> f64 {
    entry.took_us as f64 / 1000.0
}

/// A phase's document, read and opened.
pub(crate) struct Document(pub(crate) Box<RawValue>);

impl Document {
    /// Reads the document of a phase; says precisely why there is none.
    pub(crate) async fn read(app: &App, key: &TenantKey, run: &RunDetail, phase: Phase) -> Answer<Self> {
        let id: RunId = run.summary.run;
        let at = match run.phases.get(phase).map(|entry| &entry.state) {
            Some(PhaseState::Captured(at)) if at.is_expired(app.clock.now().date_naive()) => {
                return Err(expired(phase));
            }
            Some(PhaseState::Captured(at)) => at,
            Some(PhaseState::NotCaptured(reason)) => return Err(none(reason.clone())),
            Some(PhaseState::Empty) => return Err(none("The phase had nothing to show.".to_owned())),
            None if run.summary.status.is_final() => {
                return Err(none("The run did not come to this phase.".to_owned()));
            }
            None => return Err(none("The run has not ended.".to_owned())),
        };
        let json = app.payloads.read(key, id, phase, at).await?;
        let json = String::from_utf8(json).map_err(Problem::internal)?;
        Ok(Self(RawValue::from_string(json).map_err(Problem::internal)?))
    }
}

fn none(reason: String) -> Problem {
    Problem::new(ProblemCode::PhaseNotCaptured, reason)
}
