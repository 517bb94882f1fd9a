//! Revisions: immutable, numbered documents. Only the moment of publishing is ever added.

use serde_json::Value;
use throughline_domain::{IntegrationId, RevisionNumber, TenantId, Timestamp};

use crate::error::Result;
use crate::session::Tx;

/// One revision.
#[derive(Debug, Clone, PartialEq)]
pub struct Revision {
    /// 1, 2, 3, … within the integration.
    pub number: RevisionNumber,
    /// The integration document.
    pub document: Value,
    /// SHA-256 of the canonical document, hex.
    pub content_hash: String,
    /// Who saved it.
    pub created_by: String,
    /// When.
    pub created_at: Timestamp,
    /// When it was first published.
    pub published_at: Option<Timestamp>,
}

struct Row {
    number: i32,
    document: Value,
    content_hash: String,
    created_by: String,
    created_at: Timestamp,
    published_at: Option<Timestamp>,
}

impl From<Row> for Revision {
    fn from(row: Row) -> Self {
        Self {
            number: RevisionNumber(row.number),
            document: row.document,
            content_hash: row.content_hash,
            created_by: row.created_by,
            created_at: row.created_at,
            published_at: row.published_at,
        }
    }
}

/// Adds a revision.
///
/// # Errors
/// `Conflict` when the number is taken: somebody else saved at the same time.
pub async fn add(
    tx: &mut Tx,
    tenant: TenantId,
    integration: IntegrationId,
    revision: &Revision,
) -> Result<()> {
    sqlx::query!(
        "insert into revisions (tenant_id, integration_id, number, document, content_hash, created_by, created_at)
         values ($1, $2, $3, $4, $5, $6, $7)",
        tenant.as_uuid(),
        integration.as_uuid(),
        revision.number.0,
        revision.document,
        revision.content_hash,
        revision.created_by,
        revision.created_at
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// The revisions of an integration older than `before`, the newest first.
///
/// # Errors
/// When the database is not available.
pub async fn list(
    tx: &mut Tx,
    tenant: TenantId,
    integration: IntegrationId,
    before: Option<RevisionNumber>,
    limit: i64,
) -> Result<Vec<Revision>> {
    let rows = sqlx::query_as!(
        Row,
        "select number, document, content_hash, created_by, created_at, published_at from revisions
         where tenant_id = $1 and integration_id = $2 and ($3::integer is null or number < $3)
         order by number desc limit $4",
        tenant.as_uuid(),
        integration.as_uuid(),
        before.map(|number| number.0),
        limit
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows.into_iter().map(Revision::from).collect())
}

/// One revision.
///
/// # Errors
/// `NotFound` when the integration has no such revision.
pub async fn find(
    tx: &mut Tx,
    tenant: TenantId,
    integration: IntegrationId,
    number: RevisionNumber,
) -> Result<Revision> {
    let row = sqlx::query_as!(
        Row,
        "select number, document, content_hash, created_by, created_at, published_at from revisions
         where tenant_id = $1 and integration_id = $2 and number = $3",
        tenant.as_uuid(),
        integration.as_uuid(),
        number.0
    )
    .fetch_one(&mut **tx)
    .await?;
    Ok(row.into())
}

/// Says when a revision was first published.
///
/// # Errors
/// When the database is not available.
pub async fn mark_published(
    tx: &mut Tx,
    tenant: TenantId,
    integration: IntegrationId,
    number: RevisionNumber,
    now: Timestamp,
) -> Result<()> {
    sqlx::query!(
        "update revisions set published_at = coalesce(published_at, $4)
         where tenant_id = $1 and integration_id = $2 and number = $3",
        tenant.as_uuid(),
        integration.as_uuid(),
        number.0,
        now
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}
