//! What a worker reads to make a plan: the revision's document, and the systems with their sealed credentials.

use serde_json::Value;
use throughline_domain::{IntegrationId, RevisionNumber, SystemId, TenantId, Timestamp};

use crate::error::Result;
use crate::session::Tx;

/// A system as a worker needs it.
#[derive(Debug, Clone, PartialEq)]
pub struct SystemRow {
    /// Identity.
    pub id: SystemId,
    /// Name for people.
    pub name: String,
    /// Name of its connector.
    pub connector: String,
    /// Where its API begins.
    pub base_url: String,
    /// The settings that the connector asks for.
    pub settings: Value,
    /// A JSON object of secrets, sealed with the tenant's data key; `None` when none are set.
    pub sealed_credentials: Option<Vec<u8>>,
    /// What it was read as.
    pub version: SystemVersion,
}

/// Tells one state of a system from another: what it is configured as, and when its schema was discovered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct SystemVersion {
    /// Grows with every change of the configuration.
    pub number: i32,
    /// When a person had its schema read last.
    pub schema_at: Option<Timestamp>,
}

/// The document of one revision.
///
/// # Errors
/// `NotFound` when there is no such revision.
pub async fn document(
    tx: &mut Tx,
    tenant: TenantId,
    integration: IntegrationId,
    revision: RevisionNumber,
) -> Result<Value> {
    let document = sqlx::query_scalar!(
        "select document from revisions where tenant_id = $1 and integration_id = $2 and number = $3",
        tenant.as_uuid(),
        integration.as_uuid(),
        revision.0
    )
    .fetch_one(&mut **tx)
    .await?;
    Ok(document)
}

/// One system.
///
/// # Errors
/// `NotFound` when there is no such system.
pub async fn system(tx: &mut Tx, tenant: TenantId, system: SystemId) -> Result<SystemRow> {
    let row = sqlx::query!(
        "select name, connector, base_url, settings, sealed_credentials, version, schema_discovered_at
         from systems where tenant_id = $1 and system_id = $2",
        tenant.as_uuid(),
        system.as_uuid()
    )
    .fetch_one(&mut **tx)
    .await?;
    Ok(SystemRow {
        id: system,
        name: row.name,
        connector: row.connector,
        base_url: row.base_url,
        settings: row.settings,
        sealed_credentials: row.sealed_credentials,
        version: SystemVersion { number: row.version, schema_at: row.schema_discovered_at },
    })
}

/// The version that a system has now.
///
/// # Errors
/// `NotFound` when there is no such system.
pub async fn system_version(tx: &mut Tx, tenant: TenantId, system: SystemId) -> Result<SystemVersion> {
    let row = sqlx::query!(
        "select version, schema_discovered_at from systems where tenant_id = $1 and system_id = $2",
        tenant.as_uuid(),
        system.as_uuid()
    )
    .fetch_one(&mut **tx)
    .await?;
    Ok(SystemVersion { number: row.version, schema_at: row.schema_discovered_at })
}
