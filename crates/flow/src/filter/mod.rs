//! Conditions, compiled: does a record pass, and if not, why not.

use serde_json::Value;

use crate::condition::Operator;

/// Whether a record passed, and what each comparison saw.
#[derive(Debug, Clone, PartialEq)]
pub struct FilterVerdict {
    /// Whether the record goes on.
    pub passed: bool,
    /// Every comparison of the filter, in the order of the document.
    pub trace: Vec<ConditionTrace>,
}

/// What one comparison saw.
#[derive(Debug, Clone, PartialEq)]
pub struct ConditionTrace {
    /// Pointer of the comparison in the integration document.
    pub pointer: String,
    /// The field, as text.
    pub field: String,
    /// How it was compared.
    pub op: Operator,
    /// With what.
    pub expected: Value,
    /// The record's value; `None` when the record does not have the field.
    pub seen: Option<Value>,
    /// Whether the comparison holds.
    pub passed: bool,
}
