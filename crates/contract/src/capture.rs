//! [`Capture`]: what is kept of a run, on its way to the sink. Everything in it is masked.

use bytes::Bytes;
use prost::Message as _;
use throughline_domain::{
    Evidence, IntegrationId, Operation, Outcome, OutcomeCounts, Phase, Retention, RevisionNumber, RunError,
    RunId, RunStatus, TenantId, Timestamp, TriggerKind,
};
use throughline_mask::MaskedBytes;

use crate::convert::{self, DecodeError};
use crate::run::{retention_from_wire, retention_to_wire};
use crate::{Message, pb};
use pb::throughline::capture::v1 as wire;

/// One stage of a run.
#[derive(Debug, Clone, PartialEq)]
pub struct Capture {
    /// Whose run, and which.
    pub run: RunHeader,
    /// What happened to it.
    pub stage: Stage,
}

/// What happened to a run.
#[derive(Debug, Clone, PartialEq)]
pub enum Stage {
    /// It takes long enough to be shown before it ends.
    Started(RunStarted),
    /// It ended.
    Finished(Box<RunFinished>),
}

/// What identifies a run and places its rows.
#[derive(Debug, Clone, PartialEq)]
pub struct RunHeader {
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
    /// For how long its parts are kept.
    pub retention: Retention,
}

/// The run is visible while it executes.
#[derive(Debug, Clone, PartialEq)]
pub struct RunStarted {
    /// When a worker began.
    pub started_at: Timestamp,
    /// When the run is given up.
    pub deadline: Timestamp,
}

/// How the run ended.
#[derive(Debug, Clone, PartialEq)]
pub struct RunFinished {
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
    /// Records created, updated, failed or in doubt, and the first others.
    pub records: Vec<RecordOutcome>,
    /// The captured phases.
    pub phases: Vec<PhaseDocument>,
    /// When its failed records are tried again by themselves.
    pub next_attempt_at: Option<Timestamp>,
}

/// What became of one record.
#[derive(Debug, Clone, PartialEq)]
pub struct RecordOutcome {
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

/// One phase of a run.
#[derive(Debug, Clone, PartialEq)]
pub struct PhaseDocument {
    /// Which.
    pub phase: Phase,
    /// Its document, or why there is none.
    pub content: PhaseContent,
    /// How many things it holds: records or exchanges.
    pub items: u32,
    /// How long the phase took, microseconds.
    pub took_us: u64,
}

/// The document of a phase, or why there is none.
#[derive(Debug, Clone, PartialEq)]
pub enum PhaseContent {
    /// A masked JSON document.
    Captured(MaskedBytes),
    /// Why it was not captured, for a person.
    NotCaptured(String),
}

impl Message for Capture {
    const NAME: &'static str = "throughline.capture.v1.Capture";

    fn encode(&self) -> Vec<u8> {
        let stage = match &self.stage {
            Stage::Started(started) => wire::capture::Stage::Started(wire::RunStarted {
                started_at_us: convert::micros(started.started_at),
                deadline_us: convert::micros(started.deadline),
            }),
            Stage::Finished(finished) => wire::capture::Stage::Finished(finished_to_wire(finished)),
        };
        wire::Capture { run: Some(header_to_wire(&self.run)), stage: Some(stage) }.encode_to_vec()
    }

    fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let wire = wire::Capture::decode(bytes).map_err(convert::malformed(Self::NAME))?;
        let stage = match convert::required("stage", wire.stage)? {
            wire::capture::Stage::Started(started) => Stage::Started(RunStarted {
                started_at: convert::instant("started_at_us", started.started_at_us)?,
                deadline: convert::instant("deadline_us", started.deadline_us)?,
            }),
            wire::capture::Stage::Finished(finished) => {
                Stage::Finished(Box::new(finished_from_wire(finished)?))
            }
        };
        Ok(Self { run: header_from_wire(convert::required("run", wire.run)?)?, stage })
    }
}

fn header_to_wire(header: &RunHeader) -> wire::RunHeader {
    wire::RunHeader {
        run_id: convert::id_bytes(header.run),
        tenant_id: convert::id_bytes(header.tenant),
        integration_id: convert::id_bytes(header.integration),
        action_key: header.action.clone(),
        revision: header.revision.map_or(0, |number| number.0),
        trigger: header.trigger.to_string(),
        attempt: header.attempt,
        queued_at_us: convert::micros(header.queued_at),
        caused_by: header.caused_by.map(convert::id_bytes).unwrap_or_default(),
        retention: Some(retention_to_wire(&header.retention)),
    }
}

fn header_from_wire(wire: wire::RunHeader) -> Result<RunHeader, DecodeError> {
    Ok(RunHeader {
        run: convert::id("run_id", &wire.run_id)?,
        tenant: convert::id("tenant_id", &wire.tenant_id)?,
        integration: convert::id("integration_id", &wire.integration_id)?,
        action: wire.action_key,
        revision: (wire.revision > 0).then_some(RevisionNumber(wire.revision)),
        trigger: convert::word("trigger", &wire.trigger)?,
        attempt: wire.attempt.max(1),
        queued_at: convert::instant("queued_at_us", wire.queued_at_us)?,
        caused_by: convert::optional_id("caused_by", &wire.caused_by)?,
        retention: retention_from_wire(&convert::required("retention", wire.retention)?)?,
    })
}

fn finished_to_wire(finished: &RunFinished) -> wire::RunFinished {
    wire::RunFinished {
        started_at_us: convert::optional_micros(finished.started_at),
        finished_at_us: convert::micros(finished.finished_at),
        status: finished.status.to_string(),
        counts: Some(counts_to_wire(&finished.counts)),
        error: finished.error.as_ref().map(error_to_wire),
        records: finished.records.iter().map(record_to_wire).collect(),
        phases: finished.phases.iter().map(phase_to_wire).collect(),
        next_attempt_at_us: convert::optional_micros(finished.next_attempt_at),
    }
}

fn finished_from_wire(wire: wire::RunFinished) -> Result<RunFinished, DecodeError> {
    Ok(RunFinished {
        started_at: convert::optional_instant("started_at_us", wire.started_at_us)?,
        finished_at: convert::instant("finished_at_us", wire.finished_at_us)?,
        status: convert::word("status", &wire.status)?,
        counts: counts_from_wire(&wire.counts.unwrap_or_default()),
        error: wire.error.map(error_from_wire).transpose()?,
        records: wire.records.into_iter().map(record_from_wire).collect::<Result<_, _>>()?,
        phases: wire.phases.into_iter().map(phase_from_wire).collect::<Result<_, _>>()?,
        next_attempt_at: convert::optional_instant("next_attempt_at_us", wire.next_attempt_at_us)?,
    })
}

fn counts_to_wire(counts: &OutcomeCounts) -> wire::OutcomeCounts {
    wire::OutcomeCounts {
        read: counts.read,
        created: counts.created,
        updated: counts.updated,
        unchanged: counts.unchanged,
        skipped: counts.skipped,
        filtered: counts.filtered,
        failed: counts.failed,
        in_doubt: counts.in_doubt,
    }
}

fn counts_from_wire(wire: &wire::OutcomeCounts) -> OutcomeCounts {
    OutcomeCounts {
        read: wire.read,
        created: wire.created,
        updated: wire.updated,
        unchanged: wire.unchanged,
        skipped: wire.skipped,
        filtered: wire.filtered,
        failed: wire.failed,
        in_doubt: wire.in_doubt,
    }
}

fn error_to_wire(error: &RunError) -> wire::RunError {
    let evidence = &error.evidence;
    wire::RunError {
        code: error.code.to_string(),
        message: error.message.clone(),
        side: error.side.to_string(),
        phase: evidence.phase.map(|phase| phase.to_string()).unwrap_or_default(),
        exchange: evidence.exchange.clone().unwrap_or_default(),
        pointer: evidence.pointer.clone().unwrap_or_default(),
        rule: evidence.rule.clone().unwrap_or_default(),
        record: evidence.record.clone().unwrap_or_default(),
    }
}

fn error_from_wire(wire: wire::RunError) -> Result<RunError, DecodeError> {
    Ok(RunError {
        code: convert::word("error.code", &wire.code)?,
        message: wire.message,
        side: convert::word("error.side", &wire.side)?,
        evidence: Evidence {
            phase: convert::optional_word("error.phase", &wire.phase)?,
            exchange: convert::optional_text(wire.exchange),
            pointer: convert::optional_text(wire.pointer),
            rule: convert::optional_text(wire.rule),
            record: convert::optional_text(wire.record),
        },
    })
}

fn record_to_wire(record: &RecordOutcome) -> wire::RecordOutcome {
    wire::RecordOutcome {
        source_key: record.source_key.clone(),
        target_key: record.target_key.clone().unwrap_or_default(),
        source_url: record.source_url.clone().unwrap_or_default(),
        target_url: record.target_url.clone().unwrap_or_default(),
        operation: record.operation.map(|operation| operation.to_string()).unwrap_or_default(),
        outcome: record.outcome.to_string(),
        error: record.error.as_ref().map(error_to_wire),
    }
}

fn record_from_wire(wire: wire::RecordOutcome) -> Result<RecordOutcome, DecodeError> {
    Ok(RecordOutcome {
        source_key: wire.source_key,
        target_key: convert::optional_text(wire.target_key),
        source_url: convert::optional_text(wire.source_url),
        target_url: convert::optional_text(wire.target_url),
        operation: convert::optional_word("record.operation", &wire.operation)?,
        outcome: convert::word("record.outcome", &wire.outcome)?,
        error: wire.error.map(error_from_wire).transpose()?,
    })
}

fn phase_to_wire(phase: &PhaseDocument) -> wire::PhaseDocument {
    let (document, not_captured) = match &phase.content {
        PhaseContent::Captured(masked) => (masked.get().clone(), String::new()),
        PhaseContent::NotCaptured(reason) => (Bytes::new(), reason.clone()),
    };
    wire::PhaseDocument {
        phase: phase.phase.to_string(),
        document,
        not_captured,
        items: phase.items,
        took_us: phase.took_us,
    }
}

fn phase_from_wire(wire: wire::PhaseDocument) -> Result<PhaseDocument, DecodeError> {
    let content = match wire.not_captured {
        reason if reason.is_empty() => PhaseContent::Captured(MaskedBytes::from_capture(wire.document)),
        reason => PhaseContent::NotCaptured(reason),
    };
    Ok(PhaseDocument {
        phase: convert::word("phase", &wire.phase)?,
        content,
        items: wire.items,
        took_us: wire.took_us,
    })
}
