//! A system as the API shows it.

use serde::Serialize;
use serde_json::Value;
use throughline_connectors::Catalogue;
use throughline_domain::{SystemId, TenantId};
use throughline_flow::EntitySchema;
use throughline_store::Tx;
use throughline_store::systems::{self, DiscoveredSchema};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::answer::Time;
use crate::problem::Answer;

/// One connection to one instance of a connector. Its secrets are never shown.
#[derive(Serialize, ToSchema)]
pub(crate) struct System {
    id: Uuid,
    name: String,
    connector: String,
    base_url: String,
    #[schema(value_type = Object)]
    settings: Value,
    /// Names of the secrets that are set.
    credentials_set: Vec<String>,
    /// `ok`, `failing`, `paused` or `untested`.
    #[schema(value_type = SystemState)]
    state: String,
    state_reason: Option<String>,
    last_test: Option<LastTest>,
    /// Integrations whose draft or published revision names it.
    used_by: Vec<UsedBy>,
    version: i32,
    created_at: Time,
    updated_at: Time,
}

/// How a system does.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[allow(dead_code, reason = "for the OpenAPI document")]
pub(crate) enum SystemState {
    Ok,
    Failing,
    Paused,
    Untested,
}

/// How the last test of the connection went.
#[derive(Serialize, ToSchema)]
pub(crate) struct LastTest {
    at: Time,
    ok: bool,
    message: String,
}

/// An integration that names a system.
#[derive(Serialize, ToSchema)]
pub(crate) struct UsedBy {
    id: Uuid,
    name: String,
}

/// The entities of a system.
#[derive(Serialize, ToSchema)]
pub(crate) struct SystemSchema {
    #[schema(value_type = Vec<EntityShape>)]
    pub(crate) entities: Vec<EntitySchema>,
    /// When it was read from the system; null: only what the connector says.
    pub(crate) discovered_at: Option<Time>,
}

/// A kind of record in a system.
#[derive(Serialize, ToSchema)]
#[schema(as = EntitySchema)]
#[allow(dead_code, reason = "for the OpenAPI document")]
pub(crate) struct EntityShape {
    entity: String,
    label: String,
    fields: Vec<FieldShape>,
}

/// One field of an entity.
#[derive(Serialize, ToSchema)]
#[schema(as = FieldSchema)]
#[allow(dead_code, reason = "for the OpenAPI document")]
pub(crate) struct FieldShape {
    path: String,
    label: String,
    /// text, number, boolean, date, enum, list, reference, object or any.
    kind: String,
    required: bool,
    read_only: bool,
    values: Vec<EnumShape>,
    custom: bool,
}

/// One value of an enum.
#[derive(Serialize, ToSchema)]
#[schema(as = EnumValue)]
#[allow(dead_code, reason = "for the OpenAPI document")]
pub(crate) struct EnumShape {
    value: Value,
    label: String,
}

/// Systems with what uses them.
pub(crate) async fn shown(tx: &mut Tx, tenant: TenantId, rows: Vec<systems::System>) -> Answer<Vec<System>> {
    let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
    let used = systems::used_by(tx, tenant, &ids).await?;
    let users = |id: SystemId| {
        let of_this = used.iter().filter(|(system, ..)| *system == id);
        of_this.map(|(_, id, name)| UsedBy { id: id.as_uuid(), name: name.clone() }).collect()
    };
    Ok(rows
        .into_iter()
        .map(|row| {
            let used_by = users(row.id);
            System::of(row, used_by)
        })
        .collect())
}

/// One system with what uses it.
pub(crate) async fn shown_one(tx: &mut Tx, tenant: TenantId, row: systems::System) -> Answer<System> {
    let missing = || crate::problem::Problem::not_found("system");
    shown(tx, tenant, vec![row]).await?.pop().ok_or_else(missing)
}

impl System {
    fn of(row: systems::System, used_by: Vec<UsedBy>) -> Self {
        let test =
            |test: systems::LastTest| LastTest { at: test.at.into(), ok: test.ok, message: test.message };
        Self {
            id: row.id.as_uuid(),
            name: row.name,
            connector: row.connector,
            base_url: row.base_url,
            settings: row.settings,
            credentials_set: row.credentials_set,
            state: row.state,
            state_reason: row.state_reason,
            last_test: row.last_test.map(test),
            used_by,
            version: row.version,
            created_at: row.created_at.into(),
            updated_at: row.updated_at.into(),
        }
    }
}

/// What is known of a system's entities: what was discovered, and else what its connector says.
pub(crate) fn known_schemas(
    catalogue: &Catalogue,
    connector: &str,
    discovered: Option<&DiscoveredSchema>,
) -> Vec<EntitySchema> {
    let of_manifest = catalogue.get(connector).map_or_else(Vec::new, |manifest| {
        manifest.entities.iter().map(|(name, entity)| entity.schema(name)).collect::<Vec<_>>()
    });
    let found =
        discovered.and_then(|found| serde_json::from_value::<Vec<EntitySchema>>(found.entities.clone()).ok());
    let mut all = found.unwrap_or_default();
    let missing: Vec<_> = of_manifest
        .into_iter()
        .filter(|entity| !all.iter().any(|known| known.entity == entity.entity))
        .collect();
    all.extend(missing);
    all
}
