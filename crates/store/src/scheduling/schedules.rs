//! Polls and when they are due next.

use throughline_domain::{IntegrationId, RevisionNumber, RunId, TenantId, Timestamp};

use crate::error::Result;
use crate::session::Tx;

/// An integration whose schedules do not follow its published revision.
#[derive(Debug, Clone)]
pub struct Unplanned {
    /// Whose.
    pub tenant: TenantId,
    /// Which.
    pub integration: IntegrationId,
    /// The revision to plan; `None`: it is not enabled, so it polls nothing.
    pub revision: Option<RevisionNumber>,
    /// The document of that revision.
    pub document: Option<serde_json::Value>,
}

/// Up to `limit` integrations that changed after `since` and whose schedules are out of step; none while another replica
/// plans, which it does until its transaction ends.
///
/// # Errors
/// When the database is away.
pub async fn unplanned(tx: &mut Tx, since: Timestamp, limit: i64) -> Result<Vec<Unplanned>> {
    // A row cannot be locked by who may only read it.
    let alone =
        sqlx::query_scalar!(r#"select pg_try_advisory_xact_lock(hashtext('plan_polls')) as "alone!""#)
            .fetch_one(&mut **tx)
            .await?;
    if !alone {
        return Ok(Vec::new());
    }
    let rows = sqlx::query!(
        r#"select i.tenant_id, i.integration_id, r.number as "number?", r.document as "document?"
           from integrations i
           left join planned_integrations p using (tenant_id, integration_id)
           left join revisions r on r.tenant_id = i.tenant_id and r.integration_id = i.integration_id
                and i.enabled and r.number = i.published_revision
           where i.updated_at > $1 and (p.integration_id is null or r.number is distinct from p.revision)
           limit $2"#,
        since,
        limit
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Unplanned {
            tenant: row.tenant_id.into(),
            integration: row.integration_id.into(),
            revision: row.number.map(RevisionNumber),
            document: row.document,
        })
        .collect())
}

/// One poll to plan.
#[derive(Debug, Clone)]
pub struct PlannedPoll {
    /// Key of the action.
    pub action: String,
    /// The poll trigger, as in the document.
    pub trigger: serde_json::Value,
    /// When it is due first.
    pub next_due: Option<Timestamp>,
}

/// Replaces the schedules of an integration. An action whose trigger did not change keeps its next moment, so that
/// publishing neither skips nor repeats a poll.
///
/// # Errors
/// When the database is away.
pub async fn plan(
    tx: &mut Tx,
    tenant: TenantId,
    integration: IntegrationId,
    revision: Option<RevisionNumber>,
    polls: &[PlannedPoll],
) -> Result<()> {
    let keys: Vec<_> = polls.iter().map(|poll| poll.action.clone()).collect();
    let triggers: Vec<_> = polls.iter().map(|poll| poll.trigger.clone()).collect();
    let moments: Vec<Option<Timestamp>> = polls.iter().map(|poll| poll.next_due).collect();
    let number = revision.map(|number| number.0);
    sqlx::query!(
        "delete from schedules where tenant_id = $1 and integration_id = $2 and action_key <> all($3)",
        tenant.as_uuid(),
        integration.as_uuid(),
        &keys
    )
    .execute(&mut **tx)
    .await?;
    sqlx::query!(
        r#"insert into schedules (tenant_id, integration_id, action_key, revision, trigger, next_due)
           select $1, $2, p.action_key, $3, p.trigger, p.next_due
           from unnest($4::text[], $5::jsonb[], $6::timestamptz[]) as p (action_key, trigger, next_due)
           on conflict (tenant_id, integration_id, action_key) do update
           set revision = excluded.revision, trigger = excluded.trigger,
               next_due = case when schedules.trigger = excluded.trigger then schedules.next_due
                               else excluded.next_due end"#,
        tenant.as_uuid(),
        integration.as_uuid(),
        number.unwrap_or_default(),
        &keys,
        &triggers,
        &moments as &[Option<Timestamp>]
    )
    .execute(&mut **tx)
    .await?;
    sqlx::query!(
        r#"insert into planned_integrations (tenant_id, integration_id, revision) values ($1, $2, $3)
           on conflict (tenant_id, integration_id) do update set revision = excluded.revision"#,
        tenant.as_uuid(),
        integration.as_uuid(),
        number
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// A poll that is due.
#[derive(Debug, Clone)]
pub struct DuePoll {
    /// Whose.
    pub tenant: TenantId,
    /// Which integration.
    pub integration: IntegrationId,
    /// Key of the action.
    pub action: String,
    /// The poll trigger, as in the document.
    pub trigger: serde_json::Value,
    /// The moment it was due.
    pub due: Timestamp,
    /// Its run before this one, and when that was triggered.
    pub last: Option<(RunId, Timestamp)>,
    /// Whether that run is still parked.
    pub last_is_parked: bool,
}

/// Locks up to `limit` polls that are due, passing over those that another replica holds.
///
/// # Errors
/// When the database is away.
pub async fn due(tx: &mut Tx, now: Timestamp, limit: i64) -> Result<Vec<DuePoll>> {
    let rows = sqlx::query!(
        r#"select s.tenant_id, s.integration_id, s.action_key, s.trigger, s.next_due as "next_due!", s.last_run,
                  s.last_fired,
                  exists (select from parked_triggers p
                          where p.tenant_id = s.tenant_id and p.trigger_id = s.last_run) as "last_is_parked!"
           from schedules s where s.next_due <= $1 order by s.next_due limit $2 for update of s skip locked"#,
        now,
        limit
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| DuePoll {
            tenant: row.tenant_id.into(),
            integration: row.integration_id.into(),
            action: row.action_key,
            trigger: row.trigger,
            due: row.next_due,
            last: row.last_run.map(RunId::from_uuid).zip(row.last_fired),
            last_is_parked: row.last_is_parked,
        })
        .collect())
}

/// What becomes of a poll that was due.
#[derive(Debug, Clone)]
pub struct Moved<'a> {
    /// Which.
    pub poll: &'a DuePoll,
    /// The run that it was given; `None`: not this time.
    pub run: Option<RunId>,
    /// When it is due next; `None`: never again.
    pub next_due: Option<Timestamp>,
}

/// Moves schedules on.
///
/// # Errors
/// When the database is away.
pub async fn move_on(tx: &mut Tx, moved: &[Moved<'_>], at: Timestamp) -> Result<()> {
    let tenants: Vec<_> = moved.iter().map(|one| one.poll.tenant.as_uuid()).collect();
    let integrations: Vec<_> = moved.iter().map(|one| one.poll.integration.as_uuid()).collect();
    let actions: Vec<_> = moved.iter().map(|one| one.poll.action.clone()).collect();
    let runs: Vec<_> = moved.iter().map(|one| one.run.map(RunId::as_uuid)).collect();
    let moments: Vec<_> = moved.iter().map(|one| one.next_due).collect();
    sqlx::query!(
        r#"update schedules s
           set next_due = m.next_due, last_run = coalesce(m.run_id, s.last_run),
               last_fired = case when m.run_id is null then s.last_fired else $6 end
           from unnest($1::uuid[], $2::uuid[], $3::text[], $4::uuid[], $5::timestamptz[])
                as m (tenant_id, integration_id, action_key, run_id, next_due)
           where s.tenant_id = m.tenant_id and s.integration_id = m.integration_id and s.action_key = m.action_key"#,
        &tenants,
        &integrations,
        &actions,
        &runs as &[Option<uuid::Uuid>],
        &moments as &[Option<Timestamp>],
        at
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}
