//! Calls to tenants' systems: the manifest interpreter, and egress, the only HTTP client of the project.
//!
//! A connector is a [`Manifest`]: data, no code. A [`Connection`] is a manifest interpreted for one system of a tenant: it
//! tests, discovers, queries, searches, writes and receives, and reports every failure in words for the tenant. All of
//! its calls leave through [`Egress`] and are recorded by a [`Recorder`], which shows them masked.

mod connection;
mod egress;
mod exchange;
mod failure;
mod manifest;
mod recorder;
mod retry;
mod selector;
mod template;

pub use connection::{
    Connection, Cursor, NativeDescription, NativeQuery, Page, SystemConfig, TestReport, Written,
};
pub use egress::{Egress, EgressConfig, EgressError};
pub use exchange::KEPT_BODY;
pub use failure::Failure;
pub use manifest::{Catalogue, Entity, FormField, Limits, Manifest, ManifestError, Status, manifest_schema};
pub use recorder::{Exchanges, Recorder};
pub use retry::HttpRetry;
