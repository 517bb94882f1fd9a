//! Which of some runs have ended.

use std::collections::BTreeSet;

use throughline_domain::{RunId, TenantId};
use uuid::Uuid;

use crate::error::Result;
use crate::session::Tx;

/// Those of `runs`, of one tenant, whose end is stored.
///
/// # Errors
/// When the database is not available.
pub async fn ended(tx: &mut Tx, tenant: TenantId, runs: &[RunId]) -> Result<Vec<RunId>> {
    let days: Vec<_> = runs.iter().map(|run| run.day()).collect::<BTreeSet<_>>().into_iter().collect();
    let ids: Vec<Uuid> = runs.iter().map(|run| run.as_uuid()).collect();
    let found = sqlx::query_scalar!(
        "select run_id from runs
         where tenant_id = $1 and day = any($2) and run_id = any($3) and finished_at is not null",
        tenant.as_uuid(),
        &days,
        &ids
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(found.into_iter().map(RunId::from_uuid).collect())
}
