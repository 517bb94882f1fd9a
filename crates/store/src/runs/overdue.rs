//! Runs that are shown as running and are past their deadline: their worker is gone.

use chrono::Days;
use throughline_domain::{IntegrationId, RevisionNumber, RunId, TenantId, Timestamp};

use super::row::RunIdentity;
use crate::column::{retention_class, word};
use crate::error::Result;
use crate::session::Tx;

/// How far back a run that still executes can have been accepted, days: it may have been parked before it started.
const REACH: u64 = 14;

/// A run that has not ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenRun {
    /// Which.
    pub identity: RunIdentity,
    /// When a worker began.
    pub started_at: Option<Timestamp>,
    /// When it was to be given up.
    pub deadline: Option<Timestamp>,
}

/// Up to `limit` runs of any tenant whose deadline was before `now`, the oldest deadline first, but none of
/// `except`; none at all while another replica looks, which it does until its transaction ends. For the scheduler, in
/// [`Store::service`](crate::Store::service).
///
/// # Errors
/// When the database is not available, or a row cannot be read.
pub async fn overdue(tx: &mut Tx, now: Timestamp, except: &[RunId], limit: u16) -> Result<Vec<OpenRun>> {
    // A row cannot be locked by who may only read it.
    let alone =
        sqlx::query_scalar!(r#"select pg_try_advisory_xact_lock(hashtext('settle_overdue')) as "alone!""#)
            .fetch_one(&mut **tx)
            .await?;
    if !alone {
        return Ok(Vec::new());
    }
    let except: Vec<_> = except.iter().map(|run| run.as_uuid()).collect();
    let rows = sqlx::query!(
        "select tenant_id, run_id, retention_days, integration_id, action_key, revision, trigger, attempt, queued_at,
                caused_by, started_at, deadline
         from runs where day >= $1 and finished_at is null and deadline < $2 and run_id <> all($4)
         order by deadline limit $3",
        now.date_naive() - Days::new(REACH),
        now,
        i64::from(limit),
        &except
    )
    .fetch_all(&mut **tx)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(OpenRun {
                identity: RunIdentity {
                    run: RunId::from_uuid(row.run_id),
                    tenant: TenantId::from_uuid(row.tenant_id),
                    integration: IntegrationId::from_uuid(row.integration_id),
                    action: row.action_key,
                    revision: row.revision.map(RevisionNumber),
                    trigger: word("trigger", &row.trigger)?,
                    attempt: u32::try_from(row.attempt).unwrap_or(1),
                    queued_at: row.queued_at,
                    caused_by: row.caused_by.map(RunId::from_uuid),
                    class: retention_class("retention_days", row.retention_days)?,
                },
                started_at: row.started_at,
                deadline: row.deadline,
            })
        })
        .collect()
}
