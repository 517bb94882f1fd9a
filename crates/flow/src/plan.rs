//! One action of one revision, compiled.

use chrono::{DateTime, Utc};
use throughline_domain::Operation;

use crate::condition::Condition;
use crate::document::{Action, Integration};
use crate::fault::Fault;
use crate::filter::FilterVerdict;
use crate::mapping::{Mapped, MappingError};
use crate::record::{Record, RunFacts};
use crate::uql::Query;

/// One compiled action of one revision: immutable, cheap to share, cached by the worker.
#[derive(Debug)]
pub struct Plan {
    integration: Integration,
    position: usize,
}

impl Plan {
    /// Compiles the action with this key, or says what in it does not compile.
    pub fn compile(document: &Integration, action_key: &str) -> Result<Self, Vec<Fault>> {
        let _ = (document, action_key);
        Err(Vec::new())
    }

    /// The action.
    pub fn action(&self) -> &Action {
        &self.integration.actions[self.position]
    }

    /// The integration that it belongs to.
    pub fn integration(&self) -> &Integration {
        &self.integration
    }

    /// What to ask of the source: the filter, and with a watermark that [`crate::uql::CHANGED_AT`] is later than the watermark
    /// less the trigger's overlap; ordered by it, oldest first; at most as many as the action's limit.
    pub fn query(&self, watermark: Option<&str>) -> Query {
        let _ = watermark;
        Query { entity: String::new(), condition: None, order_by: Vec::new(), limit: None }
    }

    /// Whether the record passes the action's filter.
    pub fn filter(&self, record: &Record, now: DateTime<Utc>) -> FilterVerdict {
        let _ = (record, now);
        FilterVerdict { passed: true, trace: Vec::new() }
    }

    /// Whether the record passes those conditions of a query that the source could not evaluate.
    pub fn filter_residual(
        &self,
        record: &Record,
        residual: &[Condition],
        now: DateTime<Utc>,
    ) -> FilterVerdict {
        let _ = (record, residual, now);
        FilterVerdict { passed: true, trace: Vec::new() }
    }

    /// Whether a record without a link is to be created.
    pub fn wants_create(&self, record: &Record, now: DateTime<Utc>) -> bool {
        let _ = (record, now);
        true
    }

    /// The target's fields for a record.
    pub fn map(
        &self,
        record: &Record,
        facts: &RunFacts,
        operation: Operation,
        now: DateTime<Utc>,
    ) -> Result<Mapped, MappingError> {
        let _ = (record, facts, operation, now);
        Ok(Mapped::default())
    }
}
