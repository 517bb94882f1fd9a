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
    ended_of(tx, &[tenant], runs).await
}

/// Those of `runs`, of several tenants for whom the transaction acts, whose end is stored.
///
/// # Errors
/// When the database is not available.
pub async fn ended_of(tx: &mut Tx, tenants: &[TenantId], runs: &[RunId]) -> Result<Vec<RunId>> {
    let tenants: Vec<Uuid> = tenants.iter().map(|tenant| tenant.as_uuid()).collect();
    let days: Vec<_> = runs.iter().map(|run| run.day()).collect::<BTreeSet<_>>().into_iter().collect();
    let ids: Vec<Uuid> = runs.iter().map(|run| run.as_uuid()).collect();
    let found = sqlx::query_scalar!(
        "select run_id from runs
         where tenant_id = any($1) and day = any($2) and run_id = any($3) and finished_at is not null",
        &tenants,
        &days,
        &ids
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(found.into_iter().map(RunId::from_uuid).collect())
}
