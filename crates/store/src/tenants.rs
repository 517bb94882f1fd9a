//! Tenants: who they are, what they chose, and their sealed data key.

use throughline_domain::{CapturePolicy, Retention, TenantId};

use crate::column::{days, retention_class, word};
use crate::error::Result;
use crate::session::Tx;

/// One tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tenant {
    /// Identity.
    pub id: TenantId,
    /// Name for people.
    pub name: String,
    /// Name for addresses: lower-case letters, digits and dashes.
    pub slug: String,
    /// Runs that may be in flight at the same time.
    pub in_flight_limit: u32,
    /// What of its runs is kept.
    pub capture: CapturePolicy,
    /// For how long.
    pub retention: Retention,
    /// The data key, sealed by a master key; `None` once it has been destroyed.
    pub key: Option<SealedKey>,
}

/// A tenant's data key as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedKey {
    /// The sealed bytes.
    pub sealed: Vec<u8>,
    /// The master key that opens it.
    pub master_key_id: String,
}

/// What a new tenant is made of.
#[derive(Debug, Clone)]
pub struct NewTenant {
    /// Identity.
    pub id: TenantId,
    /// Name for people.
    pub name: String,
    /// Name for addresses.
    pub slug: String,
    /// Its data key.
    pub key: SealedKey,
}

/// The tenant that the transaction acts for.
///
/// # Errors
/// `NotFound` when there is no such tenant.
pub async fn find(tx: &mut Tx, tenant: TenantId) -> Result<Tenant> {
    let row = sqlx::query!(
        "select name, slug, sealed_data_key, master_key_id, in_flight_limit, capture_http, capture_http_until,
                capture_payload, retention_status, retention_payload, retention_http
         from tenants where tenant_id = $1",
        tenant.as_uuid()
    )
    .fetch_one(&mut **tx)
    .await?;
    Ok(Tenant {
        id: tenant,
        name: row.name,
        slug: row.slug,
        in_flight_limit: u32::try_from(row.in_flight_limit).unwrap_or(1),
        capture: CapturePolicy {
            http: word("capture_http", &row.capture_http)?,
            http_until: row.capture_http_until,
            payload: row.capture_payload,
        },
        retention: Retention {
            status: retention_class("retention_status", row.retention_status)?,
            payload: retention_class("retention_payload", row.retention_payload)?,
            http: retention_class("retention_http", row.retention_http)?,
        },
        key: row.sealed_data_key.map(|sealed| SealedKey { sealed, master_key_id: row.master_key_id }),
    })
}

/// Makes a tenant. For the owner of the schema only.
///
/// # Errors
/// `Conflict` on `tenants_slug_key` when the slug is taken.
pub async fn create(tx: &mut Tx, tenant: &NewTenant) -> Result<()> {
    sqlx::query!(
        "insert into tenants (tenant_id, name, slug, sealed_data_key, master_key_id) values ($1, $2, $3, $4, $5)",
        tenant.id.as_uuid(),
        tenant.name,
        tenant.slug,
        tenant.key.sealed,
        tenant.key.master_key_id
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Changes what of the tenant's runs is kept, and for how long. Runs that are in flight keep what they began with.
///
/// # Errors
/// `NotFound` when there is no such tenant.
pub async fn save_settings(
    tx: &mut Tx,
    tenant: TenantId,
    capture: &CapturePolicy,
    retention: &Retention,
) -> Result<()> {
    sqlx::query_scalar!(
        "update tenants
         set capture_http = $2, capture_http_until = $3, capture_payload = $4, retention_status = $5,
             retention_payload = $6, retention_http = $7, updated_at = now()
         where tenant_id = $1 returning 1 as \"one!\"",
        tenant.as_uuid(),
        capture.http.as_str(),
        capture.http_until,
        capture.payload,
        days(retention.status),
        days(retention.payload),
        days(retention.http)
    )
    .fetch_one(&mut **tx)
    .await?;
    Ok(())
}

/// The tenant with this slug. For the owner of the schema only.
///
/// # Errors
/// `NotFound` when there is none.
pub async fn by_slug(tx: &mut Tx, slug: &str) -> Result<TenantId> {
    let id = sqlx::query_scalar!("select tenant_id from tenants where slug = $1", slug)
        .fetch_one(&mut **tx)
        .await?;
    Ok(TenantId::from_uuid(id))
}

/// Every tenant whose data key exists and is not sealed by `master_key_id`, locked. For the owner of the schema only.
///
/// # Errors
/// When the database is not available.
pub async fn sealed_by_others(tx: &mut Tx, master_key_id: &str) -> Result<Vec<(TenantId, SealedKey)>> {
    let rows = sqlx::query!(
        "select tenant_id, sealed_data_key as \"sealed!\", master_key_id from tenants
         where sealed_data_key is not null and master_key_id <> $1 order by tenant_id for update",
        master_key_id
    )
    .fetch_all(&mut **tx)
    .await?;
    let key = |sealed, master_key_id| SealedKey { sealed, master_key_id };
    Ok(rows
        .into_iter()
        .map(|row| (TenantId::from_uuid(row.tenant_id), key(row.sealed, row.master_key_id)))
        .collect())
}

/// Replaces the sealed form of a tenant's data key; the key itself stays. For the owner of the schema only.
///
/// # Errors
/// `NotFound` when there is no such tenant.
pub async fn reseal(tx: &mut Tx, tenant: TenantId, key: &SealedKey) -> Result<()> {
    sqlx::query_scalar!(
        "update tenants set sealed_data_key = $2, master_key_id = $3, updated_at = now()
         where tenant_id = $1 returning 1 as \"one!\"",
        tenant.as_uuid(),
        key.sealed,
        key.master_key_id
    )
    .fetch_one(&mut **tx)
    .await?;
    Ok(())
}
