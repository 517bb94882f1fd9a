//! One record through the field map.

use std::borrow::Cow;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde_json::{Map, Value};
use throughline_domain::{ErrorCode, Operation};

use super::compile::{CompiledRule, FieldMap, Maker};
use super::{Mapped, MappingError, RuleTrace};
use crate::document::On;
use crate::expression::{EvaluationError, Formula, Program, Scope};
use crate::filter::Fields;
use crate::path::FieldPath;
use crate::record::{Record, RunFacts};

/// What rules read: the record and the named expressions so far.
struct Inputs<'r> {
    record: &'r Record,
    variables: Value,
    program: &'r Program,
    scope: Arc<Scope>,
    now: DateTime<Utc>,
}

/// Why a rule made nothing.
struct Failure {
    code: ErrorCode,
    message: String,
    seen: Option<Value>,
}

type From = Vec<(String, Value)>;

impl Fields for Inputs<'_> {
    fn value(&self, path: &FieldPath) -> Option<Cow<'_, Value>> {
        self.find(path).map(Cow::Borrowed)
    }
}

impl Inputs<'_> {
    fn find(&self, path: &FieldPath) -> Option<&Value> {
        match path.head() {
            "vars" => path.find_inside(&self.variables),
            "record" => path.find_inside(&self.record.fields),
            _ => path.find(&self.record.fields),
        }
    }

    /// Notes what a rule read.
    fn note(&self, path: &FieldPath, from: &mut From) -> Option<&Value> {
        let found = self.find(path);
        if let Some(value) = found
            && !from.iter().any(|(known, _)| known == path.as_str())
        {
            from.push((path.as_str().to_owned(), value.clone()));
        }
        found
    }
}

impl FieldMap {
    /// The target's fields for a record, or the first rule that failed.
    pub(crate) fn run(
        &self,
        record: &Record,
        facts: &RunFacts,
        operation: Operation,
        now: DateTime<Utc>,
    ) -> Result<Mapped, MappingError> {
        let scope = Scope::new(&self.needs, record, facts, now);
        let mut inputs =
            Inputs { record, variables: Value::Object(Map::new()), program: &self.program, scope, now };
        self.define(&mut inputs)?;
        let mut mapped = Mapped { fields: Map::new(), rules: Vec::with_capacity(self.rules.len()) };
        for rule in self.rules.iter().filter(|rule| applies(rule.on, operation)) {
            let trace = rule.run(&inputs)?;
            if let Some(value) = &trace.value {
                rule.target.put(&mut mapped.fields, value.clone());
            }
            mapped.rules.push(trace);
        }
        Ok(mapped)
    }

    fn define(&self, inputs: &mut Inputs<'_>) -> Result<(), MappingError> {
        for variable in &self.variables {
            let mut from = From::new();
            let value = evaluate(&variable.formula, inputs, &mut from).map_err(|failure| MappingError {
                pointer: variable.pointer.clone(),
                target: format!("vars.{}", variable.name),
                message: failure.message,
                seen: failure.seen,
                code: failure.code,
            })?;
            inputs.scope.define(&variable.name, &value);
            if let Value::Object(variables) = &mut inputs.variables {
                variables.insert(variable.name.clone(), value);
            }
        }
        Ok(())
    }
}

const fn applies(on: On, operation: Operation) -> bool {
    matches!(
        (on, operation),
        (On::Always, _) | (On::Create, Operation::Create) | (On::Update, Operation::Update)
    )
}

impl CompiledRule {
    fn run(&self, inputs: &Inputs<'_>) -> Result<RuleTrace, MappingError> {
        let mut from = From::new();
        let value = match self.maker.make(inputs, &mut from) {
            Ok(value) => value,
            Err(failure) if self.optional && failure.code == ErrorCode::SourceFieldMissing => None,
            Err(failure) => return Err(self.error(failure)),
        };
        let (target, pointer) = (self.target_text.clone(), self.pointer.clone());
        Ok(RuleTrace { target, pointer, kind: self.kind, from, value })
    }

    fn error(&self, failure: Failure) -> MappingError {
        MappingError {
            pointer: self.pointer.clone(),
            target: self.target_text.clone(),
            message: failure.message,
            seen: failure.seen,
            code: failure.code,
        }
    }
}

impl Maker {
    /// The value; `None` when the field is to be left out.
    fn make(&self, inputs: &Inputs<'_>, from: &mut From) -> Result<Option<Value>, Failure> {
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
                    if when.holds(inputs, inputs.now) {
                        return then.make(inputs, from);
                    }
                }
                otherwise.as_ref().map_or(Ok(None), |make| make.make(inputs, from))
            }
        }
    }
}

fn missing(path: &FieldPath) -> Failure {
    let message = format!("the record has no field `{path}`");
    Failure { code: ErrorCode::SourceFieldMissing, message, seen: None }
}

fn copy(seen: Option<&Value>, path: &FieldPath, default: Option<&Value>) -> Result<Value, Failure> {
    let given = seen.filter(|value| !value.is_null() || default.is_none());
    given.or(default).cloned().ok_or_else(|| missing(path))
}

fn look_up(
    seen: Option<&Value>,
    path: &FieldPath,
    values: &Map<String, Value>,
    default: Option<&Value>,
) -> Result<Value, Failure> {
    let Some(seen) = seen else { return default.cloned().ok_or_else(|| missing(path)) };
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

fn evaluate(formula: &Formula, inputs: &Inputs<'_>, from: &mut From) -> Result<Value, Failure> {
    formula.reads.paths.iter().for_each(|path| {
        inputs.note(path, from);
    });
    match inputs.program.evaluate(formula, &inputs.scope) {
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
