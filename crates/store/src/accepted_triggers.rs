//! Triggers that were accepted while the broker was away.
//!
//! A row is a promise that was given with a 202. It leaves only when the broker has confirmed the message; the trigger's
//! id makes a second publish harmless.

use throughline_domain::{TenantId, TriggerId};

use crate::error::Result;
use crate::session::Tx;

/// A trigger that waits for the broker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AcceptedTrigger {
    /// Whose.
    pub tenant: TenantId,
    /// Which.
    pub trigger: TriggerId,
    /// The encoded message.
    pub message: Vec<u8>,
}

/// Keeps a trigger; again is harmless.
///
/// # Errors
/// When the database is not available.
pub async fn keep(tx: &mut Tx, tenant: TenantId, trigger: TriggerId, message: &[u8]) -> Result<()> {
    sqlx::query!(
        "insert into accepted_triggers (tenant_id, trigger_id, message) values ($1, $2, $3) on conflict do nothing",
        tenant.as_uuid(),
        trigger.as_uuid(),
        message
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// The oldest triggers of all tenants, locked until the transaction ends; those that another relay holds are left to it.
///
/// # Errors
/// When the database is not available.
pub async fn claim(tx: &mut Tx, limit: i64) -> Result<Vec<AcceptedTrigger>> {
    let rows = sqlx::query!(
        "select tenant_id, trigger_id, message from accepted_triggers
         order by accepted_at limit $1 for update skip locked",
        limit
    )
    .fetch_all(&mut **tx)
    .await?;
    let trigger = |tenant, trigger, message| AcceptedTrigger {
        tenant: TenantId::from_uuid(tenant),
        trigger: TriggerId::from_uuid(trigger),
        message,
    };
    Ok(rows.into_iter().map(|row| trigger(row.tenant_id, row.trigger_id, row.message)).collect())
}

/// Forgets triggers that the broker holds now.
///
/// # Errors
/// When the database is not available.
pub async fn forget(tx: &mut Tx, triggers: &[TriggerId]) -> Result<()> {
    let ids: Vec<_> = triggers.iter().map(|id| id.as_uuid()).collect();
    sqlx::query!("delete from accepted_triggers where trigger_id = any ($1)", &ids)
        .execute(&mut **tx)
        .await?;
    Ok(())
}
