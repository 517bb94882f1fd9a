//! Integrations: the row that people see, beside its immutable revisions.

use std::collections::BTreeMap;

use serde_json::Value;
use throughline_domain::{IntegrationId, RevisionNumber, SystemId, TenantId, Timestamp};

use crate::error::{Result, StoreError};
use crate::session::Tx;

/// One integration, with the document of its draft.
#[derive(Debug, Clone, PartialEq)]
pub struct Integration {
    /// Identity.
    pub id: IntegrationId,
    /// Name for people, unique within the tenant.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// Whether its triggers fire.
    pub enabled: bool,
    /// The newest revision.
    pub draft: RevisionNumber,
    /// The revision that runs; `None` before it is first published.
    pub published: Option<RevisionNumber>,
    /// The document of the newest revision.
    pub document: Value,
    /// Grows with every change: the entity tag.
    pub version: i32,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// What an integration's row says of its documents.
#[derive(Debug, Clone)]
pub struct Outline {
    /// Name for people.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// Every system that the draft or the published revision names.
    pub systems: Vec<SystemId>,
    /// Keys and names of the actions.
    pub actions: Vec<(String, String)>,
}

impl Outline {
    fn summary(&self) -> Value {
        let systems: Vec<_> = self.systems.iter().map(SystemId::to_string).collect();
        let action = |(key, name): &(String, String)| serde_json::json!({ "key": key, "name": name });
        let actions: Vec<_> = self.actions.iter().map(action).collect();
        serde_json::json!({ "systems": systems, "actions": actions })
    }
}

/// What lists of runs show of an integration.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Labels {
    /// Name of the integration.
    pub name: String,
    /// Names of its actions by key.
    pub actions: BTreeMap<String, String>,
}

impl Labels {
    fn of(name: String, summary: &Value) -> Self {
        let text = |action: &Value, key: &str| action[key].as_str().map(str::to_owned);
        let actions = summary["actions"].as_array().map(Vec::as_slice).unwrap_or_default();
        let actions =
            actions.iter().filter_map(|action| Some((text(action, "key")?, text(action, "name")?))).collect();
        Self { name, actions }
    }
}

struct Row {
    integration_id: uuid::Uuid,
    name: String,
    description: String,
    enabled: bool,
    draft_revision: i32,
    published_revision: Option<i32>,
    document: Value,
    version: i32,
    created_at: Timestamp,
    updated_at: Timestamp,
}

impl From<Row> for Integration {
    fn from(row: Row) -> Self {
        Self {
            id: IntegrationId::from_uuid(row.integration_id),
            name: row.name,
            description: row.description,
            enabled: row.enabled,
            draft: RevisionNumber(row.draft_revision),
            published: row.published_revision.map(RevisionNumber),
            document: row.document,
            version: row.version,
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }
}

/// Integrations in the order in which they were made, after `after`.
///
/// # Errors
/// When the database is not available.
pub async fn list(
    tx: &mut Tx,
    tenant: TenantId,
    after: Option<IntegrationId>,
    limit: i64,
) -> Result<Vec<Integration>> {
    let rows = sqlx::query_as!(
        Row,
        "select i.integration_id, i.name, i.description, i.enabled, i.draft_revision, i.published_revision, r.document,
                i.version, i.created_at, i.updated_at
         from integrations i
         join revisions r on r.tenant_id = i.tenant_id and r.integration_id = i.integration_id
                         and r.number = i.draft_revision
         where i.tenant_id = $1 and ($2::uuid is null or i.integration_id > $2)
         order by i.integration_id limit $3",
        tenant.as_uuid(),
        after.map(IntegrationId::as_uuid),
        limit
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows.into_iter().map(Integration::from).collect())
}

/// One integration.
///
/// # Errors
/// `NotFound` when the tenant has no such integration.
pub async fn find(tx: &mut Tx, tenant: TenantId, id: IntegrationId) -> Result<Integration> {
    let row = sqlx::query_as!(
        Row,
        "select i.integration_id, i.name, i.description, i.enabled, i.draft_revision, i.published_revision, r.document,
                i.version, i.created_at, i.updated_at
         from integrations i
         join revisions r on r.tenant_id = i.tenant_id and r.integration_id = i.integration_id
                         and r.number = i.draft_revision
         where i.tenant_id = $1 and i.integration_id = $2",
        tenant.as_uuid(),
        id.as_uuid()
    )
    .fetch_one(&mut **tx)
    .await?;
    Ok(row.into())
}

/// What integrations and their actions are called; unknown ones are left out.
///
/// # Errors
/// When the database is not available.
pub async fn labels(
    tx: &mut Tx,
    tenant: TenantId,
    ids: &[IntegrationId],
) -> Result<BTreeMap<IntegrationId, Labels>> {
    let ids: Vec<_> = ids.iter().map(|id| id.as_uuid()).collect();
    let rows = sqlx::query!(
        "select integration_id, name, summary from integrations where tenant_id = $1 and integration_id = any ($2)",
        tenant.as_uuid(),
        &ids
    )
    .fetch_all(&mut **tx)
    .await?;
    let labels = |name, summary: &Value| Labels::of(name, summary);
    Ok(rows
        .into_iter()
        .map(|row| (IntegrationId::from_uuid(row.integration_id), labels(row.name, &row.summary)))
        .collect())
}

/// Makes an integration whose draft is revision 1; the caller adds that revision in the same transaction.
///
/// # Errors
/// `Conflict` on `integrations_name_key` when the name is taken.
pub async fn create(tx: &mut Tx, tenant: TenantId, id: IntegrationId, outline: &Outline) -> Result<()> {
    sqlx::query!(
        "insert into integrations (tenant_id, integration_id, name, description, draft_revision, summary)
         values ($1, $2, $3, $4, 1, $5)",
        tenant.as_uuid(),
        id.as_uuid(),
        outline.name,
        outline.description,
        outline.summary()
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Makes `draft` the newest revision of an integration that is still at `version`.
///
/// # Errors
/// `NotFound`; `Changed` when it is at another version; `Conflict` on `integrations_name_key` when the name is taken.
pub async fn save_draft(
    tx: &mut Tx,
    tenant: TenantId,
    id: IntegrationId,
    version: i32,
    draft: RevisionNumber,
    outline: &Outline,
) -> Result<()> {
    let changed = sqlx::query!(
        "update integrations
         set draft_revision = $4, name = $5, description = $6, summary = $7, version = version + 1, updated_at = now()
         where tenant_id = $1 and integration_id = $2 and version = $3",
        tenant.as_uuid(),
        id.as_uuid(),
        version,
        draft.0,
        outline.name,
        outline.description,
        outline.summary()
    )
    .execute(&mut **tx)
    .await?;
    settled(tx, tenant, id, changed.rows_affected()).await
}

/// Makes `number` the revision that runs. The first one that is published also enables the integration.
///
/// # Errors
/// `NotFound` when the tenant has no such integration.
pub async fn set_published(
    tx: &mut Tx,
    tenant: TenantId,
    id: IntegrationId,
    number: RevisionNumber,
    outline: &Outline,
) -> Result<()> {
    sqlx::query_scalar!(
        "update integrations
         set enabled = enabled or published_revision is null, published_revision = $3, summary = $4,
             version = version + 1, updated_at = now()
         where tenant_id = $1 and integration_id = $2 returning 1 as \"one!\"",
        tenant.as_uuid(),
        id.as_uuid(),
        number.0,
        outline.summary()
    )
    .fetch_one(&mut **tx)
    .await?;
    Ok(())
}

/// Lets the triggers of an integration fire, or not.
///
/// # Errors
/// `NotFound` when the tenant has no such integration.
pub async fn set_enabled(tx: &mut Tx, tenant: TenantId, id: IntegrationId, enabled: bool) -> Result<()> {
    sqlx::query_scalar!(
        "update integrations
         set enabled = $3, version = version + (enabled <> $3)::integer,
             updated_at = case when enabled = $3 then updated_at else now() end
         where tenant_id = $1 and integration_id = $2 returning 1 as \"one!\"",
        tenant.as_uuid(),
        id.as_uuid(),
        enabled
    )
    .fetch_one(&mut **tx)
    .await?;
    Ok(())
}

/// Deletes an integration that is still at `version`, with its revisions and hooks. Its runs stay until they expire.
///
/// # Errors
/// `NotFound`; `Changed` when it is at another version.
pub async fn delete(tx: &mut Tx, tenant: TenantId, id: IntegrationId, version: i32) -> Result<()> {
    let gone = sqlx::query!(
        "delete from integrations where tenant_id = $1 and integration_id = $2 and version = $3",
        tenant.as_uuid(),
        id.as_uuid(),
        version
    )
    .execute(&mut **tx)
    .await?;
    settled(tx, tenant, id, gone.rows_affected()).await
}

async fn settled(tx: &mut Tx, tenant: TenantId, id: IntegrationId, rows: u64) -> Result<()> {
    if rows == 1 {
        return Ok(());
    }
    Err(StoreError::Changed { current: find(tx, tenant, id).await?.version })
}
