//! What makes a value: one function per kind of rule.

use std::borrow::Cow;
use std::cell::{Cell, OnceCell};
use std::sync::Arc;

use chrono::{DateTime, Utc};
use minijinja::Value as Variable;
use serde_json::{Map, Value};
use throughline_domain::ErrorCode;

use super::compile::{FieldMap, Maker};
use super::dates::DateMaker;
use super::lists::is_of_item;
use crate::expression::{EvaluationError, Formula, ItemScope, Scope, Vars};
use crate::filter::Fields;
use crate::markup::{Markup, convert};
use crate::path::FieldPath;
use crate::record::{Record, RunFacts};

/// What rules read: the record, the named expressions so far, and inside a list its item.
#[derive(Clone, Copy)]
pub(super) struct Inputs<'r> {
    pub(super) machine: &'r Machine<'r>,
    pub(super) variables: &'r Value,
    pub(super) item: Option<Item<'r>>,
}

/// One item of a list.
#[derive(Clone, Copy)]
pub(super) struct Item<'r> {
    pub(super) value: &'r Value,
    pub(super) index: &'r Value,
}

/// What expressions run with. What they look at is converted when the first of them is run.
pub(super) struct Machine<'r> {
    pub(super) map: &'r FieldMap,
    pub(super) record: &'r Record,
    pub(super) facts: &'r RunFacts,
    pub(super) now: DateTime<Utc>,
    pub(super) vars: Arc<Vars>,
    pub(super) scope: OnceCell<Arc<Scope>>,
    pub(super) whole: OnceCell<Arc<Scope>>,
    /// Items of lists that were worked on so far.
    pub(super) items: Cell<u32>,
}

impl<'r> Machine<'r> {
    pub(super) fn new(
        map: &'r FieldMap,
        record: &'r Record,
        facts: &'r RunFacts,
        now: DateTime<Utc>,
    ) -> Self {
        Self {
            map,
            record,
            facts,
            now,
            vars: Arc::default(),
            scope: OnceCell::new(),
            whole: OnceCell::new(),
            items: Cell::new(0),
        }
    }

    /// What a formula sees. Those that only fetch fields rarely come here, and find what all of them look at.
    fn scope(&self, formula: &Formula) -> &Arc<Scope> {
        let (cell, needs) = match formula.is_plain() {
            true => (&self.whole, &self.map.fetched),
            false => (&self.scope, &self.map.needs),
        };
        cell.get_or_init(|| Scope::new(needs, self.record, self.facts, self.now, Arc::clone(&self.vars)))
    }
}

/// Why a rule made nothing.
pub(super) struct Failure {
    pub(super) code: ErrorCode,
    pub(super) message: String,
    pub(super) seen: Option<Value>,
}

/// What a rule read, for its trace.
pub(super) type From = Vec<(Arc<str>, Value)>;

impl Failure {
    pub(super) fn missing(path: &FieldPath) -> Self {
        let message = format!("the record has no field `{path}`");
        Self { code: ErrorCode::SourceFieldMissing, message, seen: None }
    }
}

impl Fields for Inputs<'_> {
    fn value(&self, path: &FieldPath) -> Option<Cow<'_, Value>> {
        self.find(path).map(Cow::Borrowed)
    }
}

impl Inputs<'_> {
    fn find(&self, path: &FieldPath) -> Option<&Value> {
        match (path.head(), &self.item) {
            ("vars", _) => path.find_inside(self.variables),
            ("record", _) => path.find_inside(&self.machine.record.fields),
            ("item", Some(item)) => path.find_inside(item.value),
            ("index", Some(item)) => path.find_inside(item.index),
            _ => path.find(&self.machine.record.fields),
        }
    }

    /// Variables as expressions are given them.
    fn context(&self, formula: &Formula) -> Variable {
        let scope = self.machine.scope(formula);
        match self.item {
            Some(item) => Variable::from_dyn_object(ItemScope::new(scope, item.value, item.index)),
            None => Variable::from_dyn_object(Arc::clone(scope)),
        }
    }

    /// Notes what a rule read. The items of a list are part of the list, which is noted.
    pub(super) fn note(&self, path: &FieldPath, from: &mut From) -> Option<&Value> {
        let found = self.find(path);
        if let Some(value) = found
            && !(self.item.is_some() && is_of_item(path))
            && !from.iter().any(|(known, _)| known.as_ref() == path.as_str())
        {
            // Most rules read one field.
            from.reserve_exact(1);
            from.push((path.shared(), value.clone()));
        }
        found
    }
}

impl Maker {
    /// The value; `None` when no case of a conditional holds.
    pub(super) fn make(&self, inputs: &Inputs<'_>, from: &mut From) -> Result<Option<Value>, Failure> {
        match self {
            Self::Constant(value) => Ok(Some(value.clone())),
            Self::Copy { path, default } => copy(inputs.note(path, from), path, default.as_ref()).map(Some),
            Self::Formula(formula) => evaluate(formula, inputs, from).map(Some),
            Self::ValueMap { path, values, default } => {
                look_up(inputs.note(path, from), path, values, default.as_ref()).map(Some)
            }
            Self::Conditional { cases, otherwise } => {
                for (when, then) in cases {
                    when.fields().iter().for_each(|path| {
                        inputs.note(path, from);
                    });
                    if when.holds(inputs, inputs.machine.now) {
                        return then.make(inputs, from);
                    }
                }
                otherwise.as_ref().map_or(Ok(None), |make| make.make(inputs, from))
            }
            Self::Date(maker) => {
                let value = copy(inputs.note(&maker.path, from), &maker.path, maker.default.as_ref())?;
                date(maker, value).map(Some)
            }
            Self::RichText { path, from: notation, to, default } => {
                let value = copy(inputs.note(path, from), path, default.as_ref())?;
                rich_text(path, value, *notation, *to).map(Some)
            }
            Self::List(maker) => maker.make(inputs, from).map(Some),
        }
    }
}

fn copy(seen: Option<&Value>, path: &FieldPath, default: Option<&Value>) -> Result<Value, Failure> {
    let given = seen.filter(|value| !value.is_null() || default.is_none());
    given.or(default).cloned().ok_or_else(|| Failure::missing(path))
}

/// An empty text is no date, and none is null.
fn date(maker: &DateMaker, value: Value) -> Result<Value, Failure> {
    match value {
        Value::Null => Ok(Value::Null),
        Value::String(text) if text.trim().is_empty() => Ok(Value::Null),
        Value::Array(items) => items.into_iter().map(|item| date(maker, item)).collect(),
        value => maker.convert(&value).ok_or_else(|| Failure {
            code: ErrorCode::ValueTypeMismatch,
            message: format!("the value of `{}` is not a date", maker.path),
            seen: Some(value),
        }),
    }
}

fn rich_text(path: &FieldPath, value: Value, from: Markup, to: Markup) -> Result<Value, Failure> {
    let text = match &value {
        Value::Null => return Ok(value),
        Value::String(text) => Cow::Borrowed(text.as_str()),
        Value::Number(_) | Value::Bool(_) => Cow::Owned(value.to_string()),
        Value::Array(_) | Value::Object(_) => {
            let message = format!("the value of `{path}` is not a text");
            return Err(Failure { code: ErrorCode::ValueTypeMismatch, message, seen: Some(value) });
        }
    };
    let converted = convert(&text, from, to);
    converted.map(Value::String).map_err(|error| Failure {
        code: ErrorCode::FuelExhausted,
        message: error.to_string(),
        seen: None,
    })
}

fn look_up(
    seen: Option<&Value>,
    path: &FieldPath,
    values: &Map<String, Value>,
    default: Option<&Value>,
) -> Result<Value, Failure> {
    let Some(seen) = seen else { return default.cloned().ok_or_else(|| Failure::missing(path)) };
    if let Value::Array(items) = seen {
        return items.iter().map(|item| look_up(Some(item), path, values, default)).collect();
    }
    let found = match seen {
        Value::String(text) => values.get(text),
        Value::Number(_) | Value::Bool(_) => values.get(&seen.to_string()),
        _ => None,
    };
    found.or(default).cloned().ok_or_else(|| Failure {
        code: ErrorCode::ValueNotMapped,
        message: format!("the value map has no entry for the value of `{path}`, and no default"),
        seen: Some(seen.clone()),
    })
}

/// The value of an expression or template.
pub(super) fn evaluate(formula: &Formula, inputs: &Inputs<'_>, from: &mut From) -> Result<Value, Failure> {
    formula.reads.paths.iter().for_each(|path| {
        inputs.note(path, from);
    });
    if let Some(value) = formula.fetch(|path| inputs.find(path)) {
        return Ok(value);
    }
    match inputs.machine.map.program.evaluate(formula, inputs.context(formula)) {
        Ok(Some(value)) => Ok(value),
        Ok(None) => Err(undefined(formula, inputs, "the expression has no value".to_owned())),
        Err(EvaluationError { code: ErrorCode::SourceFieldMissing, message }) => {
            Err(undefined(formula, inputs, message))
        }
        Err(EvaluationError { code, message }) => {
            Err(Failure { code, message, seen: from.first().map(|(_, value)| value.clone()) })
        }
    }
}

/// An undefined value, explained by the fields that are not there.
fn undefined(formula: &Formula, inputs: &Inputs<'_>, message: String) -> Failure {
    let fixed = |path: &&FieldPath| !matches!(path.head(), "run" | "now");
    let absent = formula.reads.paths.iter().filter(fixed).filter(|path| inputs.find(path).is_none());
    let absent: Vec<_> = absent.map(|path| format!("`{path}`")).collect();
    let message =
        if absent.is_empty() { message } else { format!("the record has no field {}", absent.join(", ")) };
    Failure { code: ErrorCode::SourceFieldMissing, message, seen: None }
}
