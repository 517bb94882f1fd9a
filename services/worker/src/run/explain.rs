//! Errors in words for the tenant: which record, which field, what the system said, and where the proof is.

use throughline_connectors::Failure;
use throughline_domain::{ErrorCode, Evidence, Phase, RunError, Side};
use throughline_flow::{Mapped, MappingError};

use crate::run::setting::Setting;

impl Setting<'_> {
    /// The source could not be read.
    pub(crate) fn reading_failed(&self, failure: &Failure) -> RunError {
        let phase = if failure.exchange.is_some() { Phase::ExtractHttp } else { Phase::Uql };
        self.failed(failure, Side::Source, phase)
    }

    /// A pushed document is not what the listener expects.
    pub(crate) fn receiving_failed(&self, failure: &Failure) -> RunError {
        self.failed(failure, Side::Source, Phase::Extract)
    }

    /// The target did not take a record.
    pub(crate) fn writing_failed(
        &self,
        record: &str,
        mapped: Option<&Mapped>,
        failure: &Failure,
    ) -> RunError {
        let phase = if failure.exchange.is_some() { Phase::LoadHttp } else { Phase::Load };
        let mut error = self.failed(failure, Side::Target, phase);
        let rule = failure.field.as_ref().zip(mapped).and_then(|(field, mapped)| {
            mapped.rules.iter().find(|rule| *rule.target == **field).map(|rule| rule.pointer.to_string())
        });
        error.message = self.mask(&format!("Record {record}: {}", failure.message));
        error.evidence.rule = rule;
        error.evidence.record = Some(self.mask(record));
        error
    }

    /// The field map has no valid value for a record.
    pub(crate) fn mapping_failed(&self, record: &str, error: &MappingError) -> RunError {
        let message = format!("Record {record}, field {}: {}", error.target, error.message);
        let evidence = Evidence {
            phase: Some(Phase::Load),
            rule: Some(error.pointer.clone()),
            record: Some(self.mask(record)),
            ..Evidence::default()
        };
        RunError { evidence, ..RunError::new(error.code(), Side::Mapping, self.mask(&message)) }
    }

    /// Something about a record that no system said.
    pub(crate) fn record_failed(&self, record: &str, code: ErrorCode, side: Side, what: &str) -> RunError {
        let evidence =
            Evidence { phase: Some(Phase::Load), record: Some(self.mask(record)), ..Evidence::default() };
        RunError { evidence, ..RunError::new(code, side, self.mask(&format!("Record {record}: {what}"))) }
    }

    fn failed(&self, failure: &Failure, side: Side, phase: Phase) -> RunError {
        let evidence = Evidence {
            phase: Some(phase),
            exchange: failure.exchange.clone(),
            pointer: failure.pointer.as_deref().map(|pointer| self.mask(pointer)),
            ..Evidence::default()
        };
        RunError { evidence, ..RunError::new(failure.code, side, self.mask(&failure.message)) }
    }
}
