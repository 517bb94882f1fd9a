//! Conditions, compiled: does a record pass, and if not, why not.

mod compare;
mod compile;

use std::borrow::Cow;

use chrono::{DateTime, Utc};
use serde_json::Value;

use crate::condition::{Condition, Operator};
use crate::fault::Fault;
use crate::path::FieldPath;
use crate::record::Record;
pub(crate) use compare::{is_empty, same};
use compile::{Node, Test};

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

/// A compiled condition.
#[derive(Debug)]
pub(crate) struct Filter {
    root: Node,
    fields: Vec<FieldPath>,
}

/// Conditions that a source could not evaluate, compiled once for all records of a run.
#[derive(Debug)]
pub struct Residual(pub(crate) Vec<Filter>);

impl Residual {
    /// Compiles the conditions that are left of a query; their pointers are `/residual/<n>`.
    pub fn compile(conditions: &[Condition]) -> Result<Self, Vec<Fault>> {
        let filters = conditions
            .iter()
            .enumerate()
            .map(|(index, condition)| Filter::compile(condition, &format!("/residual/{index}")));
        filters.collect::<Result<_, _>>().map(Self)
    }

    /// Whether a record passes all of them, and what each comparison saw.
    pub fn filter(&self, record: &Record, now: DateTime<Utc>) -> FilterVerdict {
        let mut verdict = FilterVerdict { passed: true, trace: Vec::new() };
        for filter in &self.0 {
            let explained = filter.explain(record, now);
            verdict.passed &= explained.passed;
            verdict.trace.extend(explained.trace);
        }
        verdict
    }

    /// Whether a record passes all of them.
    pub fn holds(&self, record: &Record, now: DateTime<Utc>) -> bool {
        self.0.iter().all(|filter| filter.holds(record, now))
    }
}

/// Where a filter finds its values.
pub(crate) trait Fields {
    /// The value at a path; `None` when it is missing.
    fn value(&self, path: &FieldPath) -> Option<Cow<'_, Value>>;
}

impl Fields for Record {
    /// A field of the record; [`crate::uql::CHANGED_AT`] is its version where it has no field of that name.
    fn value(&self, path: &FieldPath) -> Option<Cow<'_, Value>> {
        if let Some(found) = path.find(&self.fields) {
            return Some(Cow::Borrowed(found));
        }
        let version = (path.names().len() == 1 && path.head() == crate::uql::CHANGED_AT)
            .then_some(self.version.as_ref());
        version.flatten().map(|version| Cow::Owned(Value::String(version.clone())))
    }
}

impl Filter {
    /// Whether the condition holds, and what each comparison saw: all of them, also after the outcome is known.
    pub(crate) fn explain(&self, fields: &dyn Fields, now: DateTime<Utc>) -> FilterVerdict {
        let mut trace = Vec::with_capacity(self.fields.len());
        let passed = explain(&self.root, fields, now, &mut trace);
        FilterVerdict { passed, trace }
    }

    /// Whether the condition holds.
    pub(crate) fn holds(&self, fields: &dyn Fields, now: DateTime<Utc>) -> bool {
        holds(&self.root, fields, now)
    }

    /// Every field that the condition looks at, in the order of the document.
    pub(crate) fn fields(&self) -> &[FieldPath] {
        &self.fields
    }
}

fn holds(node: &Node, fields: &dyn Fields, now: DateTime<Utc>) -> bool {
    match node {
        Node::All(all) => all.iter().all(|node| holds(node, fields, now)),
        Node::Any(any) => any.iter().any(|node| holds(node, fields, now)),
        Node::Not(inner) => !holds(inner, fields, now),
        Node::Test(test) => test.holds(fields.value(&test.path).as_deref(), now),
    }
}

#[allow(
    clippy::unnecessary_fold,
    reason = "`all` and `any` stop at the first that decides; the trace shows every condition"
)]
fn explain(node: &Node, fields: &dyn Fields, now: DateTime<Utc>, trace: &mut Vec<ConditionTrace>) -> bool {
    match node {
        Node::All(all) => all.iter().fold(true, |passed, node| explain(node, fields, now, trace) && passed),
        Node::Any(any) => any.iter().fold(false, |passed, node| explain(node, fields, now, trace) || passed),
        Node::Not(inner) => !explain(inner, fields, now, trace),
        Node::Test(test) => {
            let seen = fields.value(&test.path);
            let passed = test.holds(seen.as_deref(), now);
            trace.push(test.trace(seen.map(Cow::into_owned), passed));
            passed
        }
    }
}

impl Test {
    fn trace(&self, seen: Option<Value>, passed: bool) -> ConditionTrace {
        ConditionTrace {
            pointer: self.pointer.clone(),
            field: self.field.clone(),
            op: self.op,
            expected: self.expected.clone(),
            seen,
            passed,
        }
    }
}

#[cfg(test)]
mod tests;
