//! UQL: what an action asks of its source, as a small SQL-like language over the unified schema.

mod check;
mod display;
mod error;
mod expression;
mod parse;
mod quoting;
mod selection;
#[cfg(test)]
mod tests;

pub use display::condition_text;
pub use error::UqlError;
pub use parse::{parse, select, select_from};
pub use selection::Selection;

use chrono::{DateTime, Utc};

use crate::condition::{Comparison, Condition, Operand};
use crate::moment::{self, Moment};
use crate::path::FieldPath;

/// A condition inside a query.
pub type Predicate = Condition;

/// The name by which a plan's query calls the field that tells when a record was last changed, whatever the source
/// calls it. A connector puts its own name there with [`Query::rename`].
pub const CHANGED_AT: &str = "changed_at";

/// A query for whole records. `Display` writes its text, [`parse`] reads it back.
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
    pub fn rename(mut self, from: &FieldPath, to: &FieldPath) -> Self {
        self.change(&mut |comparison| {
            if comparison.field == *from {
                comparison.field = to.clone();
            }
        });
        self.order_by
            .iter_mut()
            .filter(|order| order.field == *from)
            .for_each(|order| order.field = to.clone());
        self
    }

    /// The same query with relative dates (`-1h`) replaced by instants.
    #[must_use]
    pub fn at(mut self, now: DateTime<Utc>) -> Self {
        self.change(&mut |comparison| {
            if comparison.op.operand() == Operand::Date
                && let Some(moment) = Moment::read(&comparison.value)
            {
                comparison.value = serde_json::Value::String(moment::write(moment.resolve(now)));
            }
        });
        self
    }

    fn change(&mut self, change: &mut dyn FnMut(&mut Comparison)) {
        if let Some(condition) = &mut self.condition {
            condition.change(change);
        }
    }
}
