//! Answers of POST requests that carried an `Idempotency-Key`: the second request with a key gets the first one's answer.

use throughline_domain::{TenantId, Timestamp};

use crate::error::{Result, StoreError};
use crate::session::Tx;

/// How long an answer is kept.
pub const KEPT_FOR: chrono::Duration = chrono::Duration::hours(24);
/// After how long a request that never answered may be made again.
pub const ABANDONED_AFTER: chrono::Duration = chrono::Duration::minutes(1);

/// What a key stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Claim {
    /// The request is new: do it, then [`finish`].
    Fresh,
    /// It was answered before; this was the answer.
    Answered {
        /// HTTP status.
        status: u16,
        /// Body, as [`finish`] was given it: sealed.
        body: Vec<u8>,
    },
    /// The first one is still at work.
    InProgress,
    /// The key was used for another request.
    OtherRequest,
}

/// Claims a key for the request with this hash.
///
/// # Errors
/// When the database is not available.
pub async fn claim(tx: &mut Tx, tenant: TenantId, key: &str, request: &str, now: Timestamp) -> Result<Claim> {
    sqlx::query!(
        "delete from idempotency_keys where tenant_id = $1
         and (created_at < $2 or (key = $3 and status is null and created_at < $4))",
        tenant.as_uuid(),
        now - KEPT_FOR,
        key,
        now - ABANDONED_AFTER
    )
    .execute(&mut **tx)
    .await?;
    let made = sqlx::query!(
        "insert into idempotency_keys (tenant_id, key, request_hash, created_at) values ($1, $2, $3, $4)
         on conflict do nothing",
        tenant.as_uuid(),
        key,
        request,
        now
    )
    .execute(&mut **tx)
    .await?;
    if made.rows_affected() == 1 { Ok(Claim::Fresh) } else { earlier(tx, tenant, key, request).await }
}

async fn earlier(tx: &mut Tx, tenant: TenantId, key: &str, request: &str) -> Result<Claim> {
    let row = sqlx::query!(
        "select request_hash, status, body from idempotency_keys where tenant_id = $1 and key = $2",
        tenant.as_uuid(),
        key
    )
    .fetch_one(&mut **tx)
    .await?;
    Ok(match row.status {
        _ if row.request_hash != request => Claim::OtherRequest,
        None => Claim::InProgress,
        Some(status) => Claim::Answered {
            status: u16::try_from(status).map_err(|_| StoreError::Corrupt(format!("status {status}")))?,
            body: row.body.unwrap_or_default(),
        },
    })
}

/// Keeps the answer of the request that claimed the key. The body may show secrets, so the caller seals it.
///
/// # Errors
/// When the database is not available.
pub async fn finish(tx: &mut Tx, tenant: TenantId, key: &str, status: u16, body: &[u8]) -> Result<()> {
    sqlx::query!(
        "update idempotency_keys set status = $3, body = $4 where tenant_id = $1 and key = $2",
        tenant.as_uuid(),
        key,
        i16::try_from(status).unwrap_or(i16::MAX),
        body
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Gives a key back after a failure that leaves nothing behind, so that the request can be made again.
///
/// # Errors
/// When the database is not available.
pub async fn release(tx: &mut Tx, tenant: TenantId, key: &str) -> Result<()> {
    sqlx::query!(
        "delete from idempotency_keys where tenant_id = $1 and key = $2 and status is null",
        tenant.as_uuid(),
        key
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}
