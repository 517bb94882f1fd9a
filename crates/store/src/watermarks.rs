//! Watermarks: how far the polls of an action have read, by the source's own clock. Writer: worker.

use throughline_domain::{IntegrationId, RunId, TenantId};

use crate::error::Result;
use crate::session::Tx;

/// The watermark of an action; `None` before its first poll.
///
/// # Errors
/// When the database is not available.
pub async fn read(
    tx: &mut Tx,
    tenant: TenantId,
    integration: IntegrationId,
    action: &str,
) -> Result<Option<String>> {
    let position = sqlx::query_scalar!(
        "select position from watermarks where tenant_id = $1 and integration_id = $2 and action_key = $3",
        tenant.as_uuid(),
        integration.as_uuid(),
        action
    )
    .fetch_optional(&mut **tx)
    .await?;
    Ok(position)
}

/// A move of a watermark.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Advance {
    /// Where the run found it.
    pub from: Option<String>,
    /// Where it is now.
    pub to: String,
}

/// Moves the watermark, unless another run (or a person who rewound it) has moved it since this one read it; whether it
/// was moved.
///
/// # Errors
/// When the database is not available.
pub async fn advance(
    tx: &mut Tx,
    tenant: TenantId,
    integration: IntegrationId,
    action: &str,
    run: RunId,
    advance: &Advance,
) -> Result<bool> {
    let done = sqlx::query!(
        "insert into watermarks as w (tenant_id, integration_id, action_key, position, run_id)
         select $1, $2, $3, $4, $5
         where $6::text is null or exists (
             select from watermarks
             where tenant_id = $1 and integration_id = $2 and action_key = $3)
         on conflict (tenant_id, integration_id, action_key) do update
             set position = excluded.position, run_id = excluded.run_id, updated_at = now()
             where w.position = $6",
        tenant.as_uuid(),
        integration.as_uuid(),
        action,
        advance.to,
        run.as_uuid(),
        advance.from
    )
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() > 0)
}
