//! One system, ready to be called.

use std::collections::BTreeMap;
use std::sync::Arc;

use secrecy::SecretString;
use serde_json::{Map, Value};
use throughline_domain::SystemId;
use throughline_flow::{EntitySchema, Record, uql};

use crate::egress::Egress;
use crate::failure::Failure;
use crate::manifest::Manifest;
use crate::recorder::Recorder;

/// A system as the tenant configured it.
#[derive(Debug, Clone)]
pub struct SystemConfig {
    /// Its id.
    pub id: SystemId,
    /// Where its API begins.
    pub base_url: String,
    /// The settings that the manifest asks for: a JSON object.
    pub settings: Value,
    /// The credentials that the manifest asks for, by name.
    pub credentials: BTreeMap<String, SecretString>,
}

/// What a connection test found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TestReport {
    /// The account that the credentials belong to.
    pub identity: Option<String>,
    /// The version of the system.
    pub version: Option<String>,
    /// One sentence for the tenant.
    pub message: String,
}

/// A query in the system's own terms.
#[derive(Debug, Clone)]
pub struct NativeQuery {
    entity: String,
    pushed: Vec<uql::Predicate>,
    residual: Vec<uql::Predicate>,
}

/// The native query for the `uql` phase.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NativeDescription {
    /// The HTTP method.
    pub method: String,
    /// The address of the first page, unmasked.
    pub url: String,
    /// The JSON body, if the query has one.
    pub body: Option<Value>,
}

/// Where the next page begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor(pub(crate) String);

/// One page of records.
#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    /// The records, in the order of the source.
    pub records: Vec<Record>,
    /// Where the next page begins; `None` after the last one.
    pub next: Option<Cursor>,
}

/// What a write left in the target.
#[derive(Debug, Clone, PartialEq)]
pub struct Written {
    /// The record's key.
    pub key: String,
    /// The page where a person sees it.
    pub url: Option<String>,
    /// Its version after the write.
    pub version: Option<String>,
    /// The record as the target shows it now; null when it does not say.
    pub document: Value,
}

/// One system, ready to be called: the manifest interpreted for its address, settings and credentials.
pub struct Connection {
    manifest: Arc<Manifest>,
    egress: Egress,
}

impl Connection {
    /// Checks the address and the settings against the manifest. Calls nothing.
    pub fn new(manifest: Arc<Manifest>, system: SystemConfig, egress: Egress) -> Result<Self, Failure> {
        let _ = system;
        Ok(Self { manifest, egress })
    }

    /// Every secret of this system, for the masker: credentials, what is derived from them, sensitive settings.
    pub fn secrets(&self) -> Vec<SecretString> {
        Vec::new()
    }

    /// The field of the entity that tells when a record was last changed.
    pub fn changed_at(&self, entity: &str) -> Option<&str> {
        let _ = entity;
        None
    }

    /// Whether [`Connection::find`] can search by this field.
    pub fn is_searchable(&self, entity: &str, field: &str) -> bool {
        let _ = (entity, field);
        false
    }

    /// Asks the system who we are.
    pub async fn test(&self, rec: &Recorder) -> Result<TestReport, Failure> {
        let _ = rec;
        Err(not_yet())
    }

    /// The fields that the manifest states and those that the instance has.
    pub async fn discover(&self, entity: &str, rec: &Recorder) -> Result<EntitySchema, Failure> {
        let _ = (entity, rec);
        Err(not_yet())
    }

    /// The fields that the manifest states.
    pub fn schema(&self, entity: &str) -> Option<EntitySchema> {
        let _ = (entity, &self.manifest, &self.egress);
        None
    }

    /// The query in the system's own terms. [`uql::CHANGED_AT`] stands for [`Connection::changed_at`]. Calls nothing.
    pub fn compile(&self, entity: &str, query: &uql::Query) -> Result<NativeQuery, Failure> {
        let _ = (entity, query);
        Err(not_yet())
    }

    /// One page; `None` for the first.
    pub async fn fetch(&self, query: &NativeQuery, cursor: Option<Cursor>, rec: &Recorder) -> Result<Page, Failure> {
        let _ = (query, cursor, rec);
        Err(not_yet())
    }

    /// The record with this key, or `None`.
    pub async fn get(&self, entity: &str, key: &str, rec: &Recorder) -> Result<Option<Record>, Failure> {
        let _ = (entity, key, rec);
        Err(not_yet())
    }

    /// The records whose field has exactly this value.
    pub async fn find(&self, entity: &str, field: &str, value: &Value, rec: &Recorder) -> Result<Vec<Record>, Failure> {
        let _ = (entity, field, value, rec);
        Err(not_yet())
    }

    /// Makes a record.
    pub async fn create(&self, entity: &str, fields: &Map<String, Value>, rec: &Recorder) -> Result<Written, Failure> {
        let _ = (entity, fields, rec);
        Err(not_yet())
    }

    /// Changes a record.
    pub async fn update(
        &self,
        entity: &str,
        key: &str,
        fields: &Map<String, Value>,
        rec: &Recorder,
    ) -> Result<Written, Failure> {
        let _ = (entity, key, fields, rec);
        Err(not_yet())
    }

    /// The records of a webhook.
    pub fn receive(&self, entity: &str, headers: &[(String, String)], body: &[u8]) -> Result<Vec<Record>, Failure> {
        let _ = (entity, headers, body);
        Err(not_yet())
    }
}

impl NativeQuery {
    /// The entity that is asked for.
    pub fn entity(&self) -> &str {
        &self.entity
    }

    /// The predicates that the source evaluates.
    pub fn pushed(&self) -> &[uql::Predicate] {
        &self.pushed
    }

    /// The predicates that remain to be evaluated on what the source gives.
    pub fn residual(&self) -> &[uql::Predicate] {
        &self.residual
    }

    /// Whether the source gives the records in the order that was asked for.
    pub fn ordered(&self) -> bool {
        false
    }

    /// What is sent for the first page.
    pub fn describe(&self) -> NativeDescription {
        NativeDescription { method: String::new(), url: String::new(), body: None }
    }
}

fn not_yet() -> Failure {
    Failure::configuration("not available yet")
}
