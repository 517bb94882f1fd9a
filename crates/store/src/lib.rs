//! Postgres, and the only crate with SQL: one file per aggregate.
//!
//! **Architecture Invariant:** every function on tenant data takes a [`TenantId`](throughline_domain::TenantId) and runs in a transaction that names
//! it ([`Store::tenant`]); row-level security refuses everything else, also when a `where` clause is wrong. Each
//! service connects with a role of its own, whose grants make "one writer per table" a fact.

pub mod accepted_triggers;
pub mod api_tokens;
pub mod audit;
mod column;
mod error;
pub mod failed_records;
pub mod hooks;
pub mod idempotency;
pub mod integrations;
pub mod links;
mod migrate;
pub mod plans;
pub mod refresh_tokens;
pub mod revisions;
pub mod runs;
pub mod scheduling;
mod session;
pub mod systems;
pub mod tenants;
mod text;
pub mod users;
pub mod waiting;
pub mod watermarks;

pub use error::{Result, StoreError};
pub use migrate::{RolePasswords, migrate};
pub use session::{Session, Store, StoreOptions, Tx, act_for};
