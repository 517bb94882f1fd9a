//! Postgres, and the only crate with SQL: one file per aggregate.
//!
//! **Architecture Invariant:** every function on tenant data takes a [`TenantId`](throughline_domain::TenantId) and runs in a transaction that names
//! it ([`Store::tenant`]); row-level security refuses everything else, also when a `where` clause is wrong. Each
//! service connects with a role of its own, whose grants make "one writer per table" a fact.

mod error;
mod migrate;
pub mod scheduling;
mod session;

pub use error::{Result, StoreError};
pub use migrate::{RolePasswords, migrate};
pub use session::{Store, Tx};
