//! A connector as the API shows it.

use serde::Serialize;
use serde_json::Value;
use throughline_connectors::Manifest;
use utoipa::ToSchema;

/// A kind of system.
#[derive(Serialize, ToSchema)]
pub(crate) struct Connector {
    /// Its name in `POST /v1/systems`.
    name: String,
    title: String,
    description: String,
    vendor: String,
    /// `verified`: tried on the real software; `simulated`: on a simulator only; `generic`: not for one product.
    status: Tried,
    /// The version of the real software that it was tried on.
    verified_against: Option<String>,
    entities: Vec<ConnectorEntity>,
    /// JSON Schema of the settings form.
    #[schema(value_type = Object)]
    settings_schema: Value,
    /// JSON Schema of the credentials form.
    #[schema(value_type = Object)]
    credentials_schema: Value,
    /// The ways to authenticate.
    auth_kinds: Vec<String>,
    /// What must be set up in the system first.
    prerequisites: Vec<String>,
    /// An example of an address.
    address_example: Option<String>,
    /// The vendor's documentation of the API.
    documentation: Option<String>,
}

/// How much of a connector was tried.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ConnectorStatus)]
enum Tried {
    Verified,
    Simulated,
    Generic,
}

/// A kind of record of a connector.
#[derive(Serialize, ToSchema)]
pub(crate) struct ConnectorEntity {
    name: String,
    label: String,
    /// Whether it can be polled.
    readable: bool,
    /// Whether records can be created or changed.
    writable: bool,
    /// Whether the system can push them.
    listens: bool,
}

impl From<&Manifest> for Connector {
    fn from(manifest: &Manifest) -> Self {
        let entity = |(name, entity): (&String, &throughline_connectors::Entity)| ConnectorEntity {
            name: name.clone(),
            label: entity.label.clone(),
            readable: entity.readable(),
            writable: entity.writable(),
            listens: entity.listens(),
        };
        Self {
            name: manifest.name.clone(),
            title: manifest.title.clone(),
            description: manifest.description.clone(),
            vendor: manifest.vendor.clone(),
            status: match manifest.status.as_str() {
                "verified" => Tried::Verified,
                "simulated" => Tried::Simulated,
                _ => Tried::Generic,
            },
            verified_against: manifest.verified_against.clone(),
            entities: manifest.entities.iter().map(entity).collect(),
            settings_schema: manifest.settings_schema(),
            credentials_schema: manifest.credentials_schema(),
            auth_kinds: manifest.auth_kinds().map(str::to_owned).collect(),
            prerequisites: manifest.prerequisites.clone(),
            address_example: manifest.address_example.clone(),
            documentation: manifest.documentation.clone(),
        }
    }
}
