//! What an expression sees: the record's fields at the top, and `record`, `vars`, `run`, `now` beside them.

use std::sync::{Arc, PoisonError, RwLock};

use chrono::{DateTime, Utc};
use minijinja::Value;
use minijinja::value::{Enumerator, Object};
use serde_json::Value as Json;

use super::convert::from_json;
use crate::moment;
use crate::record::{Record, RunFacts};

/// Which parts of a record an action's expressions look at, so that nothing else is converted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Needs {
    /// Top-level fields.
    pub(crate) fields: Vec<Arc<str>>,
    /// The whole record.
    pub(crate) record: bool,
    /// The facts of the run.
    pub(crate) run: bool,
    /// The time.
    pub(crate) now: bool,
}

impl Needs {
    /// Notes that an expression looks at a variable.
    pub(crate) fn add(&mut self, name: &str) {
        match name {
            "record" => self.record = true,
            "run" => self.run = true,
            "now" => self.now = true,
            "vars" => {}
            field if self.fields.iter().any(|known| known.as_ref() == field) => {}
            field => self.fields.push(field.into()),
        }
    }
}

/// The variables of one record's evaluation. Reserved names win over fields of the same name, which stay reachable
/// through `record`.
#[derive(Debug)]
pub(crate) struct Scope {
    fields: Vec<(Arc<str>, Value)>,
    record: Option<Value>,
    run: Option<Value>,
    now: Option<Value>,
    vars: Arc<Vars>,
}

/// A scope with one item of a list in it.
#[derive(Debug)]
pub(crate) struct ItemScope {
    outer: Arc<Scope>,
    item: Value,
    index: Value,
}

/// Named expressions that have been evaluated so far.
#[derive(Debug, Default)]
pub(crate) struct Vars(RwLock<Vec<(Arc<str>, Value)>>);

impl Scope {
    pub(crate) fn new(
        needs: &Needs,
        record: &Record,
        facts: &RunFacts,
        now: DateTime<Utc>,
        vars: Arc<Vars>,
    ) -> Arc<Self> {
        let named = |name: &Arc<str>| {
            let value = record.fields.get(name.as_ref())?;
            Some((Arc::clone(name), from_json(value)))
        };
        Arc::new(Self {
            fields: needs.fields.iter().filter_map(named).collect(),
            record: needs.record.then(|| from_json(&record.fields)),
            run: needs.run.then(|| run(facts)),
            now: needs.now.then(|| Value::from(moment::write(now))),
            vars,
        })
    }
}

impl Vars {
    /// Adds a named expression's value.
    pub(crate) fn define(&self, name: &str, value: &Json) {
        let mut vars = self.0.write().unwrap_or_else(PoisonError::into_inner);
        vars.push((Arc::from(name), from_json(value)));
    }
}

fn run(facts: &RunFacts) -> Value {
    Value::from_pairs([
        ("id", Value::from(facts.id.as_str())),
        ("started_at", Value::from(moment::write(facts.started_at))),
        ("integration", Value::from(facts.integration.as_str())),
        ("action", Value::from(facts.action.as_str())),
    ])
}

impl Object for Scope {
    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        match key.as_str()? {
            "record" => self.record.clone(),
            "vars" => Some(Value::from_dyn_object(Arc::clone(&self.vars))),
            "run" => self.run.clone(),
            "now" => self.now.clone(),
            name => {
                self.fields.iter().find(|(known, _)| known.as_ref() == name).map(|(_, value)| value.clone())
            }
        }
    }
}

impl ItemScope {
    pub(crate) fn new(outer: &Arc<Scope>, item: &Json, index: &Json) -> Arc<Self> {
        Arc::new(Self { outer: Arc::clone(outer), item: from_json(item), index: from_json(index) })
    }
}

impl Object for ItemScope {
    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        match key.as_str()? {
            "item" => Some(self.item.clone()),
            "index" => Some(self.index.clone()),
            _ => self.outer.get_value(key),
        }
    }
}

impl Object for Vars {
    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        let name = key.as_str()?;
        let vars = self.0.read().unwrap_or_else(PoisonError::into_inner);
        vars.iter().find(|(known, _)| known.as_ref() == name).map(|(_, value)| value.clone())
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        let vars = self.0.read().unwrap_or_else(PoisonError::into_inner);
        Enumerator::Values(vars.iter().map(|(name, _)| Value::from(name.as_ref())).collect())
    }
}
