//! What goes through a plan: one record of the source, and the facts of the run.

use chrono::{DateTime, Utc};
use serde_json::Value;

/// One record of a source, as the connector read it.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    /// Its key in the source: never empty, unique within the entity.
    pub key: String,
    /// Changed-at as a sortable text (RFC 3339 in UTC), or an opaque version, or nothing.
    pub version: Option<String>,
    /// The page where a person sees it.
    pub url: Option<String>,
    /// Its fields: a JSON object.
    pub fields: Value,
}

/// What expressions may know of the run, as the variable `run`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunFacts {
    /// The run's id.
    pub id: String,
    /// When it started.
    pub started_at: DateTime<Utc>,
    /// The integration's name.
    pub integration: String,
    /// The action's key.
    pub action: String,
}
