//! One record through the field map.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde_json::{Map, Value};
use throughline_domain::{ErrorCode, Operation};

use super::compile::{CompiledRule, FieldMap};
use super::make::{Failure, From, Inputs, Machine, evaluate};
use super::{LeftOut, Mapped, MappingError, RuleTrace};
use crate::document::{IfEmpty, IfNull, On};
use crate::filter::is_empty;
use crate::record::{Record, RunFacts};

/// What a map is run for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Write<'c> {
    pub(crate) operation: Operation,
    /// The target's fields as they are, if they were read.
    pub(crate) current: Option<&'c Value>,
}

impl FieldMap {
    /// The target's fields for a record, or the first rule that failed.
    pub(crate) fn run(
        &self,
        record: &Record,
        facts: &RunFacts,
        write: Write<'_>,
        now: DateTime<Utc>,
    ) -> Result<Mapped, MappingError> {
        let machine = Machine::new(self, record, facts, now);
        let mut variables = Value::Object(Map::new());
        for variable in &self.variables {
            let inputs = Inputs { machine: &machine, variables: &variables, item: None };
            let made = evaluate(&variable.formula, &inputs, &mut From::new());
            let value = made
                .map_err(|failure| failure.at(variable.pointer.clone(), format!("vars.{}", variable.name)))?;
            machine.vars.define(&variable.name, &value);
            if let Value::Object(variables) = &mut variables {
                variables.insert(variable.name.clone(), value);
            }
        }
        self.rules_with(&Inputs { machine: &machine, variables: &variables, item: None }, write)
    }

    fn rules_with(&self, inputs: &Inputs<'_>, write: Write<'_>) -> Result<Mapped, MappingError> {
        let mut mapped = Mapped {
            fields: Map::with_capacity(self.rules.len()),
            rules: Vec::with_capacity(self.rules.len()),
        };
        for rule in self.rules.iter().filter(|rule| applies(rule.on, write.operation)) {
            let trace = match rule.kept_from(write) {
                Some(reason) => rule.trace(From::new(), Err(reason)),
                None => rule.run(inputs)?,
            };
            if let Some(value) = &trace.value {
                rule.target.put(&mut mapped.fields, value.clone());
            }
            mapped.rules.push(trace);
        }
        Ok(mapped)
    }
}

const fn applies(on: On, operation: Operation) -> bool {
    matches!(
        (on, operation),
        (On::Always, _) | (On::Create, Operation::Create) | (On::Update, Operation::Update)
    )
}

impl CompiledRule {
    /// Why the target's own value keeps the rule from making another.
    fn kept_from(&self, write: Write<'_>) -> Option<LeftOut> {
        if !self.only_if_empty || write.operation == Operation::Create {
            return None;
        }
        match write.current {
            None => Some(LeftOut::TargetUnknown),
            Some(current) if is_empty(self.target.find(current)) => None,
            Some(_) => Some(LeftOut::TargetHasValue),
        }
    }

    fn run(&self, inputs: &Inputs<'_>) -> Result<RuleTrace, MappingError> {
        let mut from = From::new();
        let made = match self.maker.make(inputs, &mut from) {
            Ok(Some(value)) => self.settled(value).map_err(|failure| self.error(failure))?,
            Ok(None) => Err(LeftOut::NoCase),
            Err(failure) if self.optional && failure.code == ErrorCode::SourceFieldMissing => {
                Err(LeftOut::Missing)
            }
            Err(failure) => return Err(self.error(failure)),
        };
        Ok(self.trace(from, made))
    }

    /// What becomes of null and of what is empty.
    fn settled(&self, value: Value) -> Result<Result<Value, LeftOut>, Failure> {
        let refused = |what: &str, key: &str| Failure {
            code: ErrorCode::ValueTypeMismatch,
            message: format!("the rule made {what}, and its `{key}` is `fail`"),
            seen: None,
        };
        match &value {
            Value::Null => match self.if_null {
                IfNull::Send => Ok(Ok(value)),
                IfNull::Omit => Ok(Err(LeftOut::Null)),
                IfNull::Fail => Err(refused("null", "if_null")),
            },
            made if is_empty(Some(made)) => match self.if_empty {
                IfEmpty::Send => Ok(Ok(value)),
                IfEmpty::Null => Ok(Ok(Value::Null)),
                IfEmpty::Omit => Ok(Err(LeftOut::Empty)),
                IfEmpty::Fail => Err(refused("nothing but an empty value", "if_empty")),
            },
            _ => Ok(Ok(value)),
        }
    }

    fn trace(&self, from: From, made: Result<Value, LeftOut>) -> RuleTrace {
        let (value, left_out) = match made {
            Ok(value) => (Some(value), None),
            Err(reason) => (None, Some(reason)),
        };
        let (target, pointer) = (self.target.shared(), Arc::clone(&self.pointer));
        RuleTrace { target, pointer, kind: self.kind, from, value, left_out }
    }

    fn error(&self, failure: Failure) -> MappingError {
        failure.at(self.pointer.to_string(), self.target.to_string())
    }
}

impl Failure {
    fn at(self, pointer: String, target: String) -> MappingError {
        MappingError { pointer, target, message: self.message, seen: self.seen, code: self.code }
    }
}
