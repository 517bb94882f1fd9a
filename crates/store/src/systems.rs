//! Systems: one connection each to one instance of a connector.

use serde_json::Value;
use throughline_domain::{IntegrationId, SystemId, TenantId, Timestamp};

use crate::error::{Result, StoreError};
use crate::session::Tx;

/// One system as it is stored.
#[derive(Debug, Clone, PartialEq)]
pub struct System {
    /// Identity.
    pub id: SystemId,
    /// Name for people, unique within the tenant.
    pub name: String,
    /// Name of the connector.
    pub connector: String,
    /// Address of the instance.
    pub base_url: String,
    /// What the connector's settings form asks for: a JSON object.
    pub settings: Value,
    /// JSON object of secrets, sealed with the tenant's data key.
    pub sealed_credentials: Option<Vec<u8>>,
    /// Names of the secrets that are set.
    pub credentials_set: Vec<String>,
    /// ok, failing, paused or untested.
    pub state: String,
    /// Why, when it is not ok.
    pub state_reason: Option<String>,
    /// How the last test of the connection went.
    pub last_test: Option<LastTest>,
    /// Grows with every change of the configuration.
    pub version: i32,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// How a test of a connection went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LastTest {
    /// When.
    pub at: Timestamp,
    /// Whether the connection is good.
    pub ok: bool,
    /// One sentence.
    pub message: String,
}

/// What a person configures of a system.
#[derive(Debug, Clone)]
pub struct SystemFields {
    /// Name for people.
    pub name: String,
    /// Name of the connector.
    pub connector: String,
    /// Address of the instance.
    pub base_url: String,
    /// A JSON object.
    pub settings: Value,
    /// JSON object of secrets, sealed.
    pub sealed_credentials: Option<Vec<u8>>,
    /// Names of the secrets that are set.
    pub credentials_set: Vec<String>,
}

/// What a system has been found to hold.
#[derive(Debug, Clone, PartialEq)]
pub struct DiscoveredSchema {
    /// A JSON array of entity schemas.
    pub entities: Value,
    /// When it was read.
    pub at: Timestamp,
}

struct Row {
    system_id: uuid::Uuid,
    name: String,
    connector: String,
    base_url: String,
    settings: Value,
    sealed_credentials: Option<Vec<u8>>,
    credentials_set: Vec<String>,
    state: String,
    state_reason: Option<String>,
    last_test_at: Option<Timestamp>,
    last_test_ok: Option<bool>,
    last_test_message: Option<String>,
    version: i32,
    created_at: Timestamp,
    updated_at: Timestamp,
}

impl From<Row> for System {
    fn from(row: Row) -> Self {
        let last_test = row.last_test_at.map(|at| LastTest {
            at,
            ok: row.last_test_ok.unwrap_or(false),
            message: row.last_test_message.unwrap_or_default(),
        });
        Self {
            id: SystemId::from_uuid(row.system_id),
            name: row.name,
            connector: row.connector,
            base_url: row.base_url,
            settings: row.settings,
            sealed_credentials: row.sealed_credentials,
            credentials_set: row.credentials_set,
            state: row.state,
            state_reason: row.state_reason,
            last_test,
            version: row.version,
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }
}

/// Systems in the order in which they were made, after `after`.
///
/// # Errors
/// When the database is not available.
pub async fn list(tx: &mut Tx, tenant: TenantId, after: Option<SystemId>, limit: i64) -> Result<Vec<System>> {
    let rows = sqlx::query_as!(
        Row,
        "select system_id, name, connector, base_url, settings, sealed_credentials, credentials_set, state, state_reason,
                last_test_at, last_test_ok, last_test_message, version, created_at, updated_at
         from systems where tenant_id = $1 and ($2::uuid is null or system_id > $2) order by system_id limit $3",
        tenant.as_uuid(),
        after.map(SystemId::as_uuid),
        limit
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows.into_iter().map(System::from).collect())
}

/// The systems with these ids, in no order; unknown ones are left out.
///
/// # Errors
/// When the database is not available.
pub async fn find_all(tx: &mut Tx, tenant: TenantId, ids: &[SystemId]) -> Result<Vec<System>> {
    let ids: Vec<_> = ids.iter().map(|id| id.as_uuid()).collect();
    let rows = sqlx::query_as!(
        Row,
        "select system_id, name, connector, base_url, settings, sealed_credentials, credentials_set, state, state_reason,
                last_test_at, last_test_ok, last_test_message, version, created_at, updated_at
         from systems where tenant_id = $1 and system_id = any ($2)",
        tenant.as_uuid(),
        &ids
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows.into_iter().map(System::from).collect())
}

/// One system.
///
/// # Errors
/// `NotFound` when the tenant has no such system.
pub async fn find(tx: &mut Tx, tenant: TenantId, id: SystemId) -> Result<System> {
    find_all(tx, tenant, &[id]).await?.pop().ok_or(StoreError::NotFound)
}

/// Makes a system, untested.
///
/// # Errors
/// `Conflict` on `systems_name_key` when the name is taken.
pub async fn create(tx: &mut Tx, tenant: TenantId, id: SystemId, fields: &SystemFields) -> Result<System> {
    sqlx::query!(
        "insert into systems (tenant_id, system_id, name, connector, base_url, settings, sealed_credentials, credentials_set)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        tenant.as_uuid(),
        id.as_uuid(),
        fields.name,
        fields.connector,
        fields.base_url,
        fields.settings,
        fields.sealed_credentials,
        &fields.credentials_set
    )
    .execute(&mut **tx)
    .await?;
    find(tx, tenant, id).await
}

/// Changes a system that is still at `version`. It counts as untested until the next test.
///
/// # Errors
/// `NotFound`; `Changed` when it is at another version; `Conflict` on `systems_name_key` when the name is taken.
pub async fn update(
    tx: &mut Tx,
    tenant: TenantId,
    id: SystemId,
    version: i32,
    fields: &SystemFields,
) -> Result<System> {
    let changed = sqlx::query!(
        "update systems
         set name = $4, connector = $5, base_url = $6, settings = $7, sealed_credentials = $8, credentials_set = $9,
             state = 'untested', state_reason = null, version = version + 1, updated_at = now()
         where tenant_id = $1 and system_id = $2 and version = $3",
        tenant.as_uuid(),
        id.as_uuid(),
        version,
        fields.name,
        fields.connector,
        fields.base_url,
        fields.settings,
        fields.sealed_credentials,
        &fields.credentials_set
    )
    .execute(&mut **tx)
    .await?;
    let now = find(tx, tenant, id).await?;
    if changed.rows_affected() == 1 { Ok(now) } else { Err(StoreError::Changed { current: now.version }) }
}

/// Deletes a system that is still at `version`.
///
/// # Errors
/// `NotFound`; `Changed` when it is at another version.
pub async fn delete(tx: &mut Tx, tenant: TenantId, id: SystemId, version: i32) -> Result<()> {
    let gone = sqlx::query!(
        "delete from systems where tenant_id = $1 and system_id = $2 and version = $3",
        tenant.as_uuid(),
        id.as_uuid(),
        version
    )
    .execute(&mut **tx)
    .await?;
    if gone.rows_affected() == 1 {
        return Ok(());
    }
    Err(StoreError::Changed { current: find(tx, tenant, id).await?.version })
}

/// Writes down how a test of the connection went; the state follows. The version stays: the configuration is the same.
///
/// # Errors
/// `NotFound` when the tenant has no such system.
pub async fn record_test(tx: &mut Tx, tenant: TenantId, id: SystemId, test: &LastTest) -> Result<()> {
    let reason = (!test.ok).then_some(test.message.as_str());
    sqlx::query_scalar!(
        "update systems
         set state = case when $4 then 'ok' else 'failing' end, state_reason = $6, last_test_at = $3, last_test_ok = $4,
             last_test_message = $5
         where tenant_id = $1 and system_id = $2 returning 1 as \"one!\"",
        tenant.as_uuid(),
        id.as_uuid(),
        test.at,
        test.ok,
        test.message,
        reason
    )
    .fetch_one(&mut **tx)
    .await?;
    Ok(())
}

/// The discovered schemas of these systems; those that were never read are left out.
///
/// # Errors
/// When the database is not available.
pub async fn schemas(
    tx: &mut Tx,
    tenant: TenantId,
    ids: &[SystemId],
) -> Result<Vec<(SystemId, DiscoveredSchema)>> {
    let ids: Vec<_> = ids.iter().map(|id| id.as_uuid()).collect();
    let rows = sqlx::query!(
        "select system_id, schema as \"schema!\", schema_discovered_at as \"at!\" from systems
         where tenant_id = $1 and system_id = any ($2) and schema is not null and schema_discovered_at is not null",
        tenant.as_uuid(),
        &ids
    )
    .fetch_all(&mut **tx)
    .await?;
    let schema = |entities, at| DiscoveredSchema { entities, at };
    Ok(rows.into_iter().map(|row| (SystemId::from_uuid(row.system_id), schema(row.schema, row.at))).collect())
}

/// Keeps a discovered schema.
///
/// # Errors
/// `NotFound` when the tenant has no such system.
pub async fn save_schema(
    tx: &mut Tx,
    tenant: TenantId,
    id: SystemId,
    schema: &DiscoveredSchema,
) -> Result<()> {
    sqlx::query_scalar!(
        "update systems set schema = $3, schema_discovered_at = $4
         where tenant_id = $1 and system_id = $2 returning 1 as \"one!\"",
        tenant.as_uuid(),
        id.as_uuid(),
        schema.entities,
        schema.at
    )
    .fetch_one(&mut **tx)
    .await?;
    Ok(())
}

/// Which integrations name which of these systems, in their draft or their published revision.
///
/// # Errors
/// When the database is not available.
pub async fn used_by(
    tx: &mut Tx,
    tenant: TenantId,
    ids: &[SystemId],
) -> Result<Vec<(SystemId, IntegrationId, String)>> {
    let ids: Vec<_> = ids.iter().map(|id| id.to_string()).collect();
    let rows = sqlx::query!(
        "select s.id as \"system!\", i.integration_id, i.name
         from integrations i, unnest($2::text[]) as s (id)
         where i.tenant_id = $1 and i.summary -> 'systems' ? s.id
         order by i.name",
        tenant.as_uuid(),
        &ids
    )
    .fetch_all(&mut **tx)
    .await?;
    rows.into_iter()
        .map(|row| {
            let system =
                row.system.parse().map_err(|error| StoreError::Corrupt(format!("system id: {error}")))?;
            Ok((system, IntegrationId::from_uuid(row.integration_id), row.name))
        })
        .collect()
}
