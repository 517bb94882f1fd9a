//! From a condition of the document to one that runs: patterns compiled, dates read.

use chrono::{DateTime, Utc};
use regex::Regex;
use serde_json::Value;

use super::{Filter, compare};
use crate::condition::{Comparison, Condition, Operand, Operator};
use crate::fault::{Fault, Faults, codes};
use crate::moment::Moment;
use crate::path::FieldPath;
use crate::pattern;

#[derive(Debug)]
pub(super) enum Node {
    All(Vec<Node>),
    Any(Vec<Node>),
    Not(Box<Node>),
    Test(Box<Test>),
}

#[derive(Debug)]
pub(super) struct Test {
    pub(super) pointer: String,
    pub(super) path: FieldPath,
    pub(super) field: String,
    pub(super) op: Operator,
    pub(super) expected: Value,
    prepared: Prepared,
}

/// What of the operand can be worked out beforehand.
#[derive(Debug)]
enum Prepared {
    Nothing,
    Regex(Regex),
    Moment(Moment),
}

impl Filter {
    /// Compiles a condition that sits at `pointer` in its document.
    pub(crate) fn compile(condition: &Condition, pointer: &str) -> Result<Self, Vec<Fault>> {
        let mut faults = Faults::default();
        let mut fields = Vec::new();
        let root = compile(condition, pointer, &mut fields, &mut faults);
        match root {
            Some(root) if faults.is_empty() => Ok(Self { root, fields }),
            _ => Err(faults.into_vec()),
        }
    }
}

fn compile(
    condition: &Condition,
    pointer: &str,
    fields: &mut Vec<FieldPath>,
    faults: &mut Faults,
) -> Option<Node> {
    match condition {
        Condition::All(all) => list(all, &format!("{pointer}/all"), fields, faults).map(Node::All),
        Condition::Any(any) => list(any, &format!("{pointer}/any"), fields, faults).map(Node::Any),
        Condition::Not(inner) => {
            compile(inner, &format!("{pointer}/not"), fields, faults).map(|node| Node::Not(Box::new(node)))
        }
        Condition::Test(comparison) => {
            fields.push(comparison.field.clone());
            test(comparison, pointer, faults).map(|test| Node::Test(Box::new(test)))
        }
    }
}

fn list(
    conditions: &[Condition],
    pointer: &str,
    fields: &mut Vec<FieldPath>,
    faults: &mut Faults,
) -> Option<Vec<Node>> {
    let nodes: Vec<_> = conditions
        .iter()
        .enumerate()
        .map(|(index, condition)| compile(condition, &format!("{pointer}/{index}"), fields, faults))
        .collect();
    nodes.into_iter().collect()
}

fn test(comparison: &Comparison, pointer: &str, faults: &mut Faults) -> Option<Test> {
    let prepared = match (comparison.op.operand(), &comparison.value) {
        (Operand::Regex, Value::String(pattern)) => match pattern::compiled(pattern) {
            Ok(regex) => Prepared::Regex(regex),
            Err(message) => {
                faults.add(format!("{pointer}/value"), codes::INVALID_REGEX, message);
                return None;
            }
        },
        (Operand::Date, value) => match Moment::read(value) {
            Some(moment) => Prepared::Moment(moment),
            None => {
                let message = "expected an RFC 3339 instant, a day such as 2026-01-31, `now`, or a relative time such as -1h";
                faults.add(format!("{pointer}/value"), codes::INVALID_VALUE, message);
                return None;
            }
        },
        _ => Prepared::Nothing,
    };
    Some(Test {
        pointer: pointer.to_owned(),
        field: comparison.field.to_string(),
        path: comparison.field.clone(),
        op: comparison.op,
        expected: comparison.value.clone(),
        prepared,
    })
}

impl Test {
    /// Whether the comparison holds for what was seen; `None` is a missing field.
    pub(super) fn holds(&self, seen: Option<&Value>, now: DateTime<Utc>) -> bool {
        use Operator as O;
        let expected = &self.expected;
        match self.op {
            O::Eq => seen.is_some_and(|seen| compare::same(seen, expected)),
            O::Ne => !seen.is_some_and(|seen| compare::same(seen, expected)),
            O::In => seen.is_some_and(|seen| compare::one_of(seen, expected)),
            O::NotIn => !seen.is_some_and(|seen| compare::one_of(seen, expected)),
            O::Contains => seen.is_some_and(|seen| compare::contains(seen, expected)),
            O::NotContains => !seen.is_some_and(|seen| compare::contains(seen, expected)),
            O::StartsWith => compare::texts(seen, expected, |seen, start| seen.starts_with(start)),
            O::EndsWith => compare::texts(seen, expected, |seen, end| seen.ends_with(end)),
            O::Gt => compare::order(seen, expected).is_some_and(|order| order.is_gt()),
            O::Gte => compare::order(seen, expected).is_some_and(|order| order.is_ge()),
            O::Lt => compare::order(seen, expected).is_some_and(|order| order.is_lt()),
            O::Lte => compare::order(seen, expected).is_some_and(|order| order.is_le()),
            O::IsEmpty => compare::is_empty(seen),
            O::IsNotEmpty => !compare::is_empty(seen),
            O::Matches | O::Before | O::After => self.holds_prepared(seen, now),
        }
    }

    fn holds_prepared(&self, seen: Option<&Value>, now: DateTime<Utc>) -> bool {
        match (&self.prepared, seen) {
            (Prepared::Regex(regex), Some(Value::String(text))) => regex.is_match(text),
            (Prepared::Moment(moment), Some(seen)) => crate::moment::instant(seen).is_some_and(|seen| {
                let moment = moment.resolve(now);
                if self.op == Operator::Before { seen < moment } else { seen > moment }
            }),
            _ => false,
        }
    }
}
