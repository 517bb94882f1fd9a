//! The field map, compiled: a source record in, the target's fields out, with the rule behind each.

mod compile;
mod dates;
mod lists;
mod make;
mod order;
mod run;

use std::sync::Arc;

use serde_json::{Map, Value};
use throughline_domain::ErrorCode;

pub(crate) use compile::FieldMap;
pub(crate) use run::Write;

/// The fields for the target, and how they came about.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Mapped {
    /// The target's fields, nested where a rule's target is a dotted path.
    pub fields: Map<String, Value>,
    /// One entry per rule that applied, in the order of the document.
    pub rules: Vec<RuleTrace>,
}

/// Which rule made a field, and from what.
#[derive(Debug, Clone, PartialEq)]
pub struct RuleTrace {
    /// The target field.
    pub target: Arc<str>,
    /// Pointer of the rule in the integration document.
    pub pointer: Arc<str>,
    /// The kind of rule: `copy`, `template`, …
    pub kind: &'static str,
    /// The source fields that it read, with their values; those that are missing are not listed.
    pub from: Vec<(Arc<str>, Value)>,
    /// What it made; `None` when it left the field out.
    pub value: Option<Value>,
    /// Why it left the field out.
    pub left_out: Option<LeftOut>,
}

crate::words::words! {
    /// Why a rule left its field out.
    LeftOut as "reason" {
        /// A source field is missing, and the rule is optional.
        Missing = "missing",
        /// It made null, which is not to be sent.
        Null = "null",
        /// It made something empty, which is not to be sent.
        Empty = "empty",
        /// No case of a conditional held.
        NoCase = "no_case",
        /// The target has a value already.
        TargetHasValue = "target_has_value",
        /// It is not known whether the target has a value already.
        TargetUnknown = "target_unknown",
    }
}

/// Why a record could not be mapped.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{target}: {message}")]
pub struct MappingError {
    /// Pointer of the rule or named expression in the integration document.
    pub pointer: String,
    /// The target field, or `vars.<name>`.
    pub target: String,
    /// One sentence on what happened.
    pub message: String,
    /// The source value that it stumbled over, if one stands out.
    pub seen: Option<Value>,
    pub(crate) code: ErrorCode,
}

impl MappingError {
    /// The stable error code: always one of class `mapping`.
    pub const fn code(&self) -> ErrorCode {
        self.code
    }
}

#[cfg(test)]
mod tests;
