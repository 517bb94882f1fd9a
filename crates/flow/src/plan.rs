//! One action of one revision, compiled.

use chrono::{DateTime, Utc};
use serde_json::Value;
use throughline_domain::Operation;

use crate::condition::{Condition, Operator};
use crate::document::{Action, Integration, Rule, Trigger};
use crate::fault::{Fault, Faults, codes};
use crate::filter::{Filter, FilterVerdict, Residual};
use crate::mapping::{FieldMap, Mapped, MappingError, Write};
use crate::moment;
use crate::path::FieldPath;
use crate::record::{Record, RunFacts};
use crate::uql::{CHANGED_AT, Order, Query};

/// One compiled action of one revision: immutable, cheap to share, cached by the worker.
#[derive(Debug)]
pub struct Plan {
    integration: Integration,
    action: Action,
    pointer: String,
    filter: Option<Filter>,
    create_when: Option<Filter>,
    map: FieldMap,
}

impl Plan {
    /// Compiles the action with this key, or says what in it does not compile.
    pub fn compile(document: &Integration, action_key: &str) -> Result<Self, Vec<Fault>> {
        let Some((position, action)) = document.action(action_key) else {
            let message = format!("there is no action `{action_key}`");
            return Err(vec![Fault { pointer: "/actions".to_owned(), code: codes::UNKNOWN_ACTION, message }]);
        };
        let pointer = format!("/actions/{position}");
        let mut faults = Faults::default();
        let filter = condition(action.filter.as_ref(), &format!("{pointer}/filter"), &mut faults);
        let create_when =
            condition(action.create_when.as_ref(), &format!("{pointer}/create_when"), &mut faults);
        let map = FieldMap::compile(action, &pointer).map_err(|found| faults.extend(found)).ok();
        match map {
            Some(map) if faults.is_empty() => Ok(Self {
                integration: document.clone(),
                action: action.clone(),
                pointer,
                filter,
                create_when,
                map,
            }),
            _ => Err(faults.into_vec()),
        }
    }

    /// The action.
    pub fn action(&self) -> &Action {
        &self.action
    }

    /// The integration that it belongs to.
    pub fn integration(&self) -> &Integration {
        &self.integration
    }

    /// What to ask of the source: the filter, and with a watermark that [`CHANGED_AT`] is later than the watermark less
    /// the trigger's overlap; ordered by it, oldest first; at most as many as the action's limit. Relative dates stand as
    /// they are in the document: [`Query::at`] settles them.
    pub fn query(&self, watermark: Option<&str>) -> Query {
        let changed_at = FieldPath::from_names([CHANGED_AT]);
        let since = watermark.zip(changed_at.clone()).map(|(watermark, field)| {
            Condition::test(field, Operator::Gt, Value::String(self.less_overlap(watermark)))
        });
        let condition = match (self.action.filter.clone(), since) {
            (Some(filter), Some(since)) => Some(filter.and(since)),
            (filter, since) => filter.or(since),
        };
        Query {
            entity: self.integration.source.entity.clone(),
            condition,
            order_by: changed_at.map(|field| Order { field, descending: false }).into_iter().collect(),
            limit: Some(u64::from(self.action.limits.max_records)),
        }
    }

    /// The watermark less the overlap; a watermark that is no instant stays as it is.
    fn less_overlap(&self, watermark: &str) -> String {
        let Trigger::Poll(poll) = &self.action.trigger else { return watermark.to_owned() };
        let start = moment::instant_of_text(watermark)
            .and_then(|instant| instant.checked_sub_signed(poll.overlap().as_delta()));
        start.map_or_else(|| watermark.to_owned(), moment::write)
    }

    /// Whether the record passes the action's filter.
    pub fn filter(&self, record: &Record, now: DateTime<Utc>) -> FilterVerdict {
        verdict(self.filter.as_ref(), record, now)
    }

    /// Those conditions of a query that the source could not evaluate, compiled: once for all records of a run. Their
    /// pointers are those of the action's filter where the conditions come from there, else `/residual/<n>`.
    pub fn residual(&self, conditions: &[Condition]) -> Result<Residual, Vec<Fault>> {
        let filters = conditions.iter().enumerate().map(|(index, condition)| {
            let pointer = self.pointer_of(condition).unwrap_or_else(|| format!("/residual/{index}"));
            Filter::compile(condition, &pointer)
        });
        filters.collect::<Result<_, _>>().map(Residual)
    }

    fn pointer_of(&self, condition: &Condition) -> Option<String> {
        let filter = self.action.filter.as_ref()?;
        if filter == condition {
            return Some(format!("{}/filter", self.pointer));
        }
        let index = filter.conjuncts().iter().position(|part| part == condition)?;
        Some(format!("{}/filter/all/{index}", self.pointer))
    }

    /// Whether a record without a link is to be created.
    pub fn wants_create(&self, record: &Record, now: DateTime<Utc>) -> bool {
        self.create_when.as_ref().is_none_or(|filter| filter.holds(record, now))
    }

    /// What [`Plan::wants_create`] saw.
    pub fn explain_create(&self, record: &Record, now: DateTime<Utc>) -> FilterVerdict {
        verdict(self.create_when.as_ref(), record, now)
    }

    /// The target's fields for a record, each with the rule that made it; or the first rule that failed. What the target
    /// has is not known: an update leaves out what is written only if it is empty there.
    pub fn map(
        &self,
        record: &Record,
        facts: &RunFacts,
        operation: Operation,
        now: DateTime<Utc>,
    ) -> Result<Mapped, MappingError> {
        self.map.run(record, facts, Write { operation, current: None }, now)
    }

    /// What an update of a target's record writes whose fields are known.
    pub fn map_onto(
        &self,
        record: &Record,
        current: &Value,
        facts: &RunFacts,
        now: DateTime<Utc>,
    ) -> Result<Mapped, MappingError> {
        self.map.run(record, facts, Write { operation: Operation::Update, current: Some(current) }, now)
    }

    /// Whether an update can write more when the target's fields are known: [`Plan::map_onto`].
    pub fn looks_at_target(&self) -> bool {
        self.action.map.iter().any(|rule| rule.only_if_empty)
    }

    /// Whether a create may write other fields than an update.
    pub fn writes_differ(&self) -> bool {
        self.action.map.iter().any(Rule::writes_differ)
    }

    /// The source fields that expressions and rules read, with the pointer of the place that reads them.
    pub(crate) fn reads(&self) -> Vec<(String, FieldPath)> {
        self.map.reads()
    }
}

fn condition(condition: Option<&Condition>, pointer: &str, faults: &mut Faults) -> Option<Filter> {
    Filter::compile(condition?, pointer).map_err(|found| faults.extend(found)).ok()
}

fn verdict(filter: Option<&Filter>, record: &Record, now: DateTime<Utc>) -> FilterVerdict {
    filter.map_or(FilterVerdict { passed: true, trace: Vec::new() }, |filter| filter.explain(record, now))
}
