//! One system, ready to be called: a manifest interpreted for its address, settings and credentials.

mod answer;
mod auth;
mod call;
mod discover;
mod fetch;
mod find;
mod offset;
mod operation;
mod paging;
mod probe;
mod query;
mod receive;
mod record;
mod refusal;
mod signature;
mod system;
mod values;
mod write;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use secrecy::SecretString;
use throughline_flow::{EntitySchema, FieldPath, Record};
use url::Url;

pub use fetch::{Cursor, Page};
pub use probe::TestReport;
pub use query::{NativeDescription, NativeQuery};
pub use system::SystemConfig;
pub use write::Written;

use crate::egress::Egress;
use crate::failure::Failure;
use crate::manifest::{Entity, Manifest};
use crate::retry::HttpRetry;
use crate::template::{Scope, time_of};
use auth::Authenticator;

/// One system, ready to be called. Keep it as long as the system's configuration stays the same: it holds the access token
/// and what discovery found.
pub struct Connection {
    manifest: Arc<Manifest>,
    egress: Egress,
    retry: HttpRetry,
    base: Url,
    scope: Scope,
    auth: Authenticator,
    credentials: BTreeMap<String, SecretString>,
    sensitive: Vec<SecretString>,
    discovered: Mutex<BTreeMap<String, Arc<EntitySchema>>>,
}

impl Connection {
    /// The manifest that is interpreted.
    pub const fn manifest(&self) -> &Arc<Manifest> {
        &self.manifest
    }

    /// The same connection with another retry policy.
    #[must_use]
    pub fn with_retry(self, retry: HttpRetry) -> Self {
        Self { retry, ..self }
    }

    /// The same connection with another limit for the time of one request.
    #[must_use]
    pub fn with_request_timeout(mut self, limit: std::time::Duration) -> Self {
        self.egress = self.egress.with_total_timeout(limit);
        self
    }

    /// The field of the entity that tells when a record was last changed.
    pub fn changed_at(&self, entity: &str) -> Option<&str> {
        self.manifest.entity(entity)?.changed_at.as_deref()
    }

    /// When the source changed the record last, by its own clock: what the watermark of a poll follows. The record's
    /// version, where the source does not tell.
    pub fn changed(&self, entity: &str, record: &Record) -> Option<String> {
        let path = self.changed_at(entity).and_then(|field| field.parse::<FieldPath>().ok());
        let told = path.and_then(|path| time_of(path.find(&record.fields)?));
        told.or_else(|| record.version.clone())
    }

    /// The fields that the manifest states.
    pub fn schema(&self, entity: &str) -> Option<EntitySchema> {
        Some(self.manifest.entity(entity)?.schema(entity))
    }

    /// Takes over a schema that was discovered earlier, so that labels of values are understood without discovering again.
    pub fn remember(&self, schema: EntitySchema) {
        let mut discovered = self.discovered.lock().unwrap_or_else(PoisonError::into_inner);
        discovered.insert(schema.entity.clone(), Arc::new(schema));
    }

    /// What is known of the entity: discovered, or stated by the manifest.
    fn known_schema(&self, entity: &str) -> Option<Arc<EntitySchema>> {
        let found = self.discovered.lock().unwrap_or_else(PoisonError::into_inner).get(entity).cloned();
        found.or_else(|| self.schema(entity).map(Arc::new))
    }

    fn is_discovered(&self, entity: &str) -> bool {
        self.discovered.lock().unwrap_or_else(PoisonError::into_inner).contains_key(entity)
    }

    fn entity(&self, name: &str) -> Result<&Entity, Failure> {
        let missing = || Failure::configuration(format!("{} has no `{name}`.", self.manifest.title));
        self.manifest.entity(name).ok_or_else(missing)
    }

    /// A part of the manifest that an operation needs.
    fn needed<'a, T>(&self, part: Option<&'a T>, what: &str, entity: &str) -> Result<&'a T, Failure> {
        let missing =
            || Failure::configuration(format!("{} `{entity}` cannot be {what}.", self.manifest.title));
        part.ok_or_else(missing)
    }
}

impl std::fmt::Debug for Connection {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Connection({} at {})", self.manifest.name, self.base)
    }
}
