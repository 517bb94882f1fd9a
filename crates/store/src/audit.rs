//! The audit log: who changed what, before and after. Secrets never get here.

use serde_json::Value;
use throughline_domain::{TenantId, Timestamp};
use uuid::Uuid;

use crate::error::Result;
use crate::session::Tx;

/// One change.
#[derive(Debug, Clone)]
pub struct AuditEntry {
    /// Identity, sortable by time.
    pub id: Uuid,
    /// When.
    pub at: Timestamp,
    /// Who: `user:<id>` or `token:<id>`.
    pub actor: String,
    /// What was done: `system.update`.
    pub operation: String,
    /// To what: `system:<id>`.
    pub subject: String,
    /// What it was.
    pub before: Option<Value>,
    /// What it became.
    pub after: Option<Value>,
}

/// Writes an entry, in the transaction of the change.
///
/// # Errors
/// When the database is not available.
pub async fn record(tx: &mut Tx, tenant: TenantId, entry: &AuditEntry) -> Result<()> {
    sqlx::query!(
        "insert into audit_log (tenant_id, audit_id, at, actor, operation, subject, before, after)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        tenant.as_uuid(),
        entry.id,
        entry.at,
        entry.actor,
        entry.operation,
        entry.subject,
        entry.before,
        entry.after
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}
