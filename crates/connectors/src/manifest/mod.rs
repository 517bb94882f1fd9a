//! Manifests: connectors as data.
//!
//! A manifest is one YAML file. Everything in it is checked when it is loaded: unknown members are refused, templates
//! are compiled, names that refer to each other are looked up. `connectors/schema.json` is the JSON Schema for editors.

mod auth;
mod catalogue;
mod destinations;
mod entity;
mod errors;
mod form;
mod listen;
mod load;
mod read;
mod request;
mod schema;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

pub(crate) use auth::{AuthMethod, ClientAuth, ClientCredentials, Scheme, Session};
pub use catalogue::Catalogue;
pub(crate) use destinations::is_whole;
pub use entity::Entity;
pub(crate) use entity::{DiscoveredField, DiscoveredValues, Discovery, Found, Write};
pub(crate) use errors::{ErrorRule, ErrorTable, FieldErrors};
pub use form::FormField;
pub(crate) use listen::{Encoding, Listen, Signature};
pub use load::ManifestError;
pub(crate) use read::{Paging, PushRule, Read};
pub(crate) use request::RequestTemplate;
pub use schema::manifest_schema;

use crate::template::Text;

/// A connector: a kind of system, described as data.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// Its name in the API: `redmine`.
    pub name: String,
    /// Its name for people.
    pub title: String,
    /// Who makes the system.
    #[serde(default)]
    pub vendor: String,
    /// One or two sentences on what it is good for.
    #[serde(default)]
    pub description: String,
    /// How much of this manifest was tried, and on what.
    pub status: Status,
    /// The version of the real software it was tried on; only with status `verified`.
    #[serde(default)]
    pub verified_against: Option<String>,
    /// The vendor's documentation of the API.
    #[serde(default)]
    pub documentation: Option<String>,
    /// What must be set up in the system first, and the rights that the account needs.
    #[serde(default)]
    pub prerequisites: Vec<String>,
    /// An example of an address.
    #[serde(default)]
    pub address_example: Option<String>,
    /// What the tenant sets beside the address.
    #[serde(default)]
    pub settings: Vec<FormField>,
    /// Ways to authenticate; the first one whose credentials are given is used.
    #[serde(default)]
    pub(crate) authentication: Vec<AuthMethod>,
    /// Credentials that are no part of a way to authenticate, such as the secret of a webhook's signature.
    #[serde(default)]
    pub(crate) credentials: Vec<FormField>,
    /// Certificates (PEM) of authorities that are trusted beside the public ones; templates see `settings`.
    #[serde(default)]
    pub(crate) authorities: Option<Text>,
    /// Headers of every request.
    #[serde(default)]
    pub(crate) headers: BTreeMap<String, Text>,
    /// The connection test.
    #[serde(default)]
    pub(crate) test: Option<Probe>,
    /// How this system says what went wrong.
    #[serde(default)]
    pub(crate) errors: ErrorTable,
    /// How fast it likes to be called.
    #[serde(default)]
    pub limits: Limits,
    /// Its kinds of records.
    pub entities: BTreeMap<String, Entity>,
}

/// How much of a manifest was tried. Never blur it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Tried on the real software, of the version that is named.
    Verified,
    /// Written from the vendor's reference, tried on a simulator.
    Simulated,
    /// Not for one product.
    Generic,
}

impl Status {
    /// The word in the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Verified => "verified",
            Self::Simulated => "simulated",
            Self::Generic => "generic",
        }
    }
}

/// The connection test: a request that changes nothing and says who we are.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Probe {
    pub(crate) request: RequestTemplate,
    /// The account's name; `body` and `headers` are the answer's.
    #[serde(default)]
    pub(crate) identity: Option<Text>,
    /// The system's version.
    #[serde(default)]
    pub(crate) version: Option<Text>,
    /// Further facts that must hold; the message of the first one that does not is the test's result.
    #[serde(default)]
    pub(crate) expect: Vec<Expectation>,
}

/// A fact about the answer to the connection test.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Expectation {
    pub(crate) that: crate::template::Expression,
    pub(crate) otherwise: Text,
}

/// How fast a system likes to be called. Hints: the tenant's own settings win.
#[derive(Debug, Clone, Copy, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// Requests per second.
    #[serde(default)]
    pub requests_per_second: Option<f64>,
    /// Requests at the same time.
    #[serde(default)]
    pub concurrency: Option<u32>,
}

impl Manifest {
    /// The entity of this name.
    pub fn entity(&self, name: &str) -> Option<&Entity> {
        self.entities.get(name)
    }

    /// The entities whose fields differ from one installation to the next, so that each system is asked for its own.
    pub fn discovered(&self) -> Vec<String> {
        let entities = self.entities.iter().filter(|(_, entity)| !entity.discovery.is_empty());
        entities.map(|(name, _)| name.clone()).collect()
    }

    /// The names of its ways to authenticate.
    pub fn auth_kinds(&self) -> impl Iterator<Item = &str> {
        self.authentication.iter().map(|method| method.name.as_str())
    }
}
