//! The capture of a run that stopped before its plan and its systems were at hand.

use throughline_contract::{Capture, PhaseContent, PhaseDocument, RunFinished, RunRequest, Stage};
use throughline_domain::{Evidence, OutcomeCounts, Phase, RunStatus, Timestamp};

use super::header;
use crate::run::Stop;

/// A failed run that says why. Nothing was called, so there is nothing else to show, and nothing secret in the message.
pub(crate) fn unprepared(
    request: &RunRequest,
    started_at: Timestamp,
    finished_at: Timestamp,
    stop: Stop,
    next_attempt_at: Option<Timestamp>,
) -> Capture {
    let (status, error) = match stop {
        Stop::Cancelled => (RunStatus::Cancelled, None),
        Stop::Failed { mut error, .. } => {
            error.evidence = Evidence { phase: Some(Phase::Status), ..Evidence::default() };
            (RunStatus::Failed, Some(error))
        }
    };
    let finished = RunFinished {
        started_at: Some(started_at),
        finished_at,
        status,
        counts: OutcomeCounts::default(),
        error,
        records: Vec::new(),
        phases: Phase::ALL.iter().map(|phase| nothing(*phase)).collect(),
        next_attempt_at,
    };
    Capture { run: header(request), stage: Stage::Finished(Box::new(finished)) }
}

fn nothing(phase: Phase) -> PhaseDocument {
    let reason = "The run ended before it began: see its error.".to_owned();
    PhaseDocument { phase, content: PhaseContent::NotCaptured(reason), items: 0, took_us: 0 }
}
