//! Polls and when they are due next.

use throughline_domain::{IntegrationId, RevisionNumber, TenantId, Timestamp};

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

/// Locks up to `limit` integrations whose schedules are out of step.
///
/// # Errors
/// When the database is away.
pub async fn unplanned(tx: &mut Tx, limit: i64) -> Result<Vec<Unplanned>> {
    let rows = sqlx::query!(
        r#"select i.tenant_id, i.integration_id, r.number as "number?", r.document as "document?"
           from integrations i
           left join planned_integrations p using (tenant_id, integration_id)
           left join revisions r on r.tenant_id = i.tenant_id and r.integration_id = i.integration_id
                and i.enabled and r.number = i.published_revision
           where p.integration_id is null or r.number is distinct from p.revision
           limit $1"#,
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
}

/// Locks up to `limit` polls that are due, passing over those that another replica holds.
///
/// # Errors
/// When the database is away.
pub async fn due(tx: &mut Tx, now: Timestamp, limit: i64) -> Result<Vec<DuePoll>> {
    let rows = sqlx::query!(
        r#"select tenant_id, integration_id, action_key, trigger, next_due as "next_due!"
           from schedules where next_due <= $1 order by next_due limit $2 for update skip locked"#,
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
        })
        .collect())
}

/// Says that a poll has been triggered, and when it is due next.
///
/// # Errors
/// When the database is away.
pub async fn fired(tx: &mut Tx, poll: &DuePoll, at: Timestamp, next_due: Option<Timestamp>) -> Result<()> {
    sqlx::query!(
        r#"update schedules set last_fired = $4, next_due = $5
           where tenant_id = $1 and integration_id = $2 and action_key = $3"#,
        poll.tenant.as_uuid(),
        poll.integration.as_uuid(),
        poll.action,
        at,
        next_due
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}
