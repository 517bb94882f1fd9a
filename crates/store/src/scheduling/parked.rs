//! Triggers that wait in Postgres: for their moment, for a free place of their tenant, or for a shorter queue.

use throughline_domain::{Lane, TenantId, Timestamp, TriggerId};

use crate::error::{Result, StoreError};
use crate::session::Tx;

/// Why a trigger waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// Its moment has not come.
    Retry,
    /// Its tenant has as many runs in flight as it may.
    Share,
    /// The queue of runs is deep enough.
    Depth,
}

impl Reason {
    /// As stored, and as labels of metrics.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Retry => "retry",
            Self::Share => "share",
            Self::Depth => "depth",
        }
    }
}

/// A trigger that waits.
#[derive(Debug, Clone)]
pub struct ParkedTrigger {
    /// Whose.
    pub tenant: TenantId,
    /// Which.
    pub trigger: TriggerId,
    /// The lane that it will go to.
    pub lane: Lane,
    /// Why it waits.
    pub reason: Reason,
    /// Earliest moment to release it.
    pub not_before: Timestamp,
    /// The trigger's message.
    pub message: Vec<u8>,
}

/// Parks triggers, in one statement; idempotent by trigger id. A trigger of a tenant that does not exist (any more)
/// is not parked. Returns how many rows are new.
///
/// # Errors
/// When the database is away.
pub async fn park(tx: &mut Tx, triggers: &[ParkedTrigger]) -> Result<u64> {
    let tenants: Vec<_> = triggers.iter().map(|parked| parked.tenant.as_uuid()).collect();
    let ids: Vec<_> = triggers.iter().map(|parked| parked.trigger.as_uuid()).collect();
    let lanes: Vec<_> = triggers.iter().map(|parked| parked.lane.to_string()).collect();
    let reasons: Vec<_> = triggers.iter().map(|parked| parked.reason.as_str().to_owned()).collect();
    let moments: Vec<_> = triggers.iter().map(|parked| parked.not_before).collect();
    let messages: Vec<_> = triggers.iter().map(|parked| parked.message.clone()).collect();
    let done = sqlx::query!(
        r#"insert into parked_triggers (tenant_id, trigger_id, lane, reason, not_before, message)
           select p.* from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::timestamptz[], $6::bytea[])
                as p (tenant_id, trigger_id, lane, reason, not_before, message)
           join tenants using (tenant_id)
           on conflict do nothing"#,
        &tenants,
        &ids,
        &lanes,
        &reasons,
        &moments,
        &messages
    )
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected())
}

/// A tenant with triggers that may be released now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Backlog {
    /// Whose.
    pub tenant: TenantId,
    /// How many runs it may have in flight.
    pub in_flight_limit: u32,
}

/// Tenants with triggers whose moment has come.
///
/// # Errors
/// When the database is away.
pub async fn backlogs(tx: &mut Tx, now: Timestamp) -> Result<Vec<Backlog>> {
    // A loose index scan: one probe per tenant, however many triggers wait.
    let rows = sqlx::query!(
        r#"select t.tenant_id, t.in_flight_limit from tenants t
           where exists (select from parked_triggers p where p.tenant_id = t.tenant_id and p.not_before <= $1)"#,
        now
    )
    .fetch_all(&mut **tx)
    .await?;
    let backlog = |tenant: uuid::Uuid, limit: i32| Backlog {
        tenant: tenant.into(),
        in_flight_limit: u32::try_from(limit).unwrap_or(1),
    };
    Ok(rows.into_iter().map(|row| backlog(row.tenant_id, row.in_flight_limit)).collect())
}

/// A trigger on its way out of the table.
#[derive(Debug, Clone)]
pub struct Due {
    /// Which.
    pub trigger: TriggerId,
    /// Its message.
    pub message: Vec<u8>,
}

/// Locks up to `limit` triggers of the tenant whose moment has come, oldest first, passing over those that another
/// replica holds. They stay locked until the transaction ends.
///
/// # Errors
/// When the database is away.
pub async fn take_due(tx: &mut Tx, tenant: TenantId, now: Timestamp, limit: u32) -> Result<Vec<Due>> {
    let rows = sqlx::query!(
        r#"select trigger_id, message from parked_triggers
           where tenant_id = $1 and not_before <= $2
           order by not_before, trigger_id limit $3 for update skip locked"#,
        tenant.as_uuid(),
        now,
        i64::from(limit)
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows.into_iter().map(|row| Due { trigger: row.trigger_id.into(), message: row.message }).collect())
}

/// Forgets triggers of the tenant that have been published.
///
/// # Errors
/// When the database is away.
pub async fn forget(tx: &mut Tx, tenant: TenantId, triggers: &[TriggerId]) -> Result<()> {
    let ids: Vec<_> = triggers.iter().map(|id| id.as_uuid()).collect();
    sqlx::query!(
        "delete from parked_triggers where tenant_id = $1 and trigger_id = any($2)",
        tenant.as_uuid(),
        &ids
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// How many triggers wait, by reason.
///
/// # Errors
/// When the database is away.
pub async fn counts(tx: &mut Tx) -> Result<Vec<(String, u64)>> {
    let rows = sqlx::query!(r#"select reason, count(*) as "count!" from parked_triggers group by reason"#)
        .fetch_all(&mut **tx)
        .await?;
    rows.into_iter()
        .map(|row| {
            let count = u64::try_from(row.count).map_err(|error| StoreError::Corrupt(error.to_string()))?;
            Ok((row.reason, count))
        })
        .collect()
}
