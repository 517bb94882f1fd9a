//! The integration document: parse, validate, UQL, filters, expressions, mapping. Pure.
//!
//! A tenant writes an [`Integration`]. [`parse`] reads it and reports every fault of its shape, [`validate`] everything
//! else that can be known before a run, each with a JSON pointer. [`Plan::compile`] turns one action into what a worker
//! needs: the [`uql::Query`] for the source, the filter with a trace, and the field map that says which rule made which
//! field. A plan is immutable and made once per revision; running it on a record compiles nothing.
//!
//! Missing, null and empty are three things: see `docs/mapping.md`.
//!
//! Architecture Invariant: this crate does no I/O and reads no clock; every function that depends on time is told `now`.

pub mod condition;
pub mod diff;
pub mod document;
#[cfg(test)]
mod example;
pub mod expression;
pub mod fault;
pub mod filter;
pub mod limits;
pub mod mapping;
pub mod markup;
mod moment;
pub mod path;
mod pattern;
pub mod period;
pub mod plan;
mod read;
pub mod record;
pub mod schedule;
pub mod schema;
mod text;
pub mod uql;
pub mod validate;
mod words;

pub use condition::{Comparison, Condition, Operator};
pub use diff::{content_hash, diff};
pub use document::{Action, Integration, PollTrigger, Trigger, parse};
pub use fault::Fault;
pub use filter::{ConditionTrace, FilterVerdict, Residual};
pub use mapping::{LeftOut, Mapped, MappingError, RuleTrace};
pub use markup::Markup;
pub use path::FieldPath;
pub use period::Period;
pub use plan::Plan;
pub use record::{Record, RunFacts};
pub use schema::{EntitySchema, EnumValue, FieldKind, FieldSchema};
pub use throughline_domain::Operation;
pub use validate::{Schemas, validate};
