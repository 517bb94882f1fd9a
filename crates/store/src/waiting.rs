//! What waits before it becomes a run, as its tenant sees it: triggers that the scheduler has parked, and those that the
//! gateway keeps while the broker is away. Their writers have files of their own; here they are only read.

use throughline_domain::{TenantId, Timestamp, TriggerId};

use crate::error::Result;
use crate::session::Tx;

/// So many triggers are counted at most: a dashboard asks every few seconds.
const COUNTED: i64 = 100_000;

/// The message of a trigger of the tenant that waits in the database.
///
/// # Errors
/// When the database is not available.
pub async fn find(tx: &mut Tx, tenant: TenantId, trigger: TriggerId) -> Result<Option<Vec<u8>>> {
    let message = sqlx::query_scalar!(
        "select message as \"message!\" from parked_triggers where tenant_id = $1 and trigger_id = $2
         union all
         select message from accepted_triggers where tenant_id = $1 and trigger_id = $2
         limit 1",
        tenant.as_uuid(),
        trigger.as_uuid()
    )
    .fetch_optional(&mut **tx)
    .await?;
    Ok(message)
}

/// What of a tenant waits.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Backlog {
    /// Triggers that could run now and wait for a free place, a shorter queue, or the broker; counted up to 100 000.
    pub waiting: u64,
    /// Since when the first of them could have run.
    pub since: Option<Timestamp>,
    /// Triggers whose moment has not come: retries; counted up to 100 000.
    pub later: u64,
}

/// The backlog of a tenant.
///
/// # Errors
/// When the database is not available.
pub async fn backlog(tx: &mut Tx, tenant: TenantId, now: Timestamp) -> Result<Backlog> {
    let row = sqlx::query!(
        "select (select count(*) from (select from parked_triggers
                                       where tenant_id = $1 and not_before <= $2 limit $3) p)
                + (select count(*) from (select from accepted_triggers where tenant_id = $1 limit $3) a) as \"waiting!\",
                least((select min(not_before) from parked_triggers where tenant_id = $1 and not_before <= $2),
                      (select min(accepted_at) from accepted_triggers where tenant_id = $1)) as since,
                (select count(*) from (select from parked_triggers
                                       where tenant_id = $1 and not_before > $2 limit $3) l) as \"later!\"",
        tenant.as_uuid(),
        now,
        COUNTED
    )
    .fetch_one(&mut **tx)
    .await?;
    let count = |count: i64| u64::try_from(count).unwrap_or_default();
    Ok(Backlog { waiting: count(row.waiting), since: row.since, later: count(row.later) })
}
