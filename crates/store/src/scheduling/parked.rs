//! Triggers that wait in Postgres: for their moment, for a free place of their tenant, or for a shorter queue.

use throughline_domain::{Lane, TenantId, Timestamp, TriggerId};

use crate::error::{Result, StoreError};
use crate::session::Session;

/// Why a trigger waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// Its moment has not come.
    Retry,
    /// Its tenant has as many runs in flight as it may, or others of the tenant wait already.
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

    fn of(word: &str) -> Result<Self> {
        let all = [Self::Retry, Self::Share, Self::Depth];
        let found = all.into_iter().find(|reason| reason.as_str() == word);
        found.ok_or_else(|| StoreError::Corrupt(format!("`{word}` is no reason to wait")))
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
pub async fn park(session: &mut Session, triggers: &[ParkedTrigger]) -> Result<u64> {
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
    .execute(&mut *session)
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
pub async fn backlogs(session: &mut Session, now: Timestamp) -> Result<Vec<Backlog>> {
    // A loose index scan: one probe per tenant, however many triggers wait.
    let rows = sqlx::query!(
        r#"select t.tenant_id, t.in_flight_limit from tenants t
           where exists (select from parked_triggers p where p.tenant_id = t.tenant_id and p.not_before <= $1)"#,
        now
    )
    .fetch_all(&mut *session)
    .await?;
    let backlog = |tenant: uuid::Uuid, limit: i32| Backlog {
        tenant: tenant.into(),
        in_flight_limit: u32::try_from(limit).unwrap_or(1),
    };
    Ok(rows.into_iter().map(|row| backlog(row.tenant_id, row.in_flight_limit)).collect())
}

/// Takes up to `places` triggers of the tenant whose moment has come out of the table, the oldest first and no more than
/// `bytes` of them (but always one), passing over those that another replica takes. They are gone when the transaction
/// commits; until then nobody else sees them.
///
/// # Errors
/// When the database is away, or a row cannot be read.
pub async fn take_due(
    session: &mut Session,
    tenant: TenantId,
    now: Timestamp,
    places: u32,
    bytes: u32,
) -> Result<Vec<ParkedTrigger>> {
    // The sizes are known without reading the messages: they stand beside their pointers.
    let mut rows = sqlx::query!(
        r#"with due as (
               select trigger_id, not_before, octet_length(message) as bytes from parked_triggers
               where tenant_id = $1 and not_before <= $2
               order by not_before, trigger_id limit $3 for update skip locked),
           fitting as (
               select trigger_id, bytes, sum(bytes) over (order by not_before, trigger_id) as total from due)
           delete from parked_triggers p using fitting f
           where p.tenant_id = $1 and p.trigger_id = f.trigger_id and (f.total <= $4 or f.total = f.bytes)
           returning p.trigger_id, p.lane, p.reason, p.not_before, p.message"#,
        tenant.as_uuid(),
        now,
        i64::from(places),
        i64::from(bytes)
    )
    .fetch_all(&mut *session)
    .await?;
    rows.sort_by_key(|row| (row.not_before, row.trigger_id));
    rows.into_iter()
        .map(|row| {
            Ok(ParkedTrigger {
                tenant,
                trigger: row.trigger_id.into(),
                lane: row.lane.parse().map_err(|_| StoreError::Corrupt(format!("lane `{}`", row.lane)))?,
                reason: Reason::of(&row.reason)?,
                not_before: row.not_before,
                message: row.message,
            })
        })
        .collect()
}

/// How many triggers wait, by reason.
///
/// # Errors
/// When the database is away.
pub async fn counts(session: &mut Session) -> Result<Vec<(String, u64)>> {
    let rows = sqlx::query!(r#"select reason, count(*) as "count!" from parked_triggers group by reason"#)
        .fetch_all(&mut *session)
        .await?;
    rows.into_iter()
        .map(|row| {
            let count = u64::try_from(row.count).map_err(|error| StoreError::Corrupt(error.to_string()))?;
            Ok((row.reason, count))
        })
        .collect()
}
