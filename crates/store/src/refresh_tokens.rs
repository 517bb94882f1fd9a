//! Refresh tokens: each may be spent once; reuse of a spent one revokes all that descend from the same login.

use throughline_domain::{TenantId, Timestamp, UserId};
use uuid::Uuid;

use crate::error::Result;
use crate::session::{Store, Tx};

/// One refresh token as it is stored: never itself, only its hash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefreshToken {
    /// SHA-256 of the token, hex.
    pub hash: String,
    /// The tenant that its holder works in.
    pub tenant: TenantId,
    /// Its holder.
    pub user: UserId,
    /// All tokens that descend from one login.
    pub family: Uuid,
    /// When it ends.
    pub expires_at: Timestamp,
    /// When it was exchanged for its successor.
    pub spent_at: Option<Timestamp>,
    /// When its family was revoked.
    pub revoked_at: Option<Timestamp>,
}

/// The token with this hash, whatever its state.
///
/// # Errors
/// When the database is not available.
pub async fn by_hash(store: &Store, hash: &str) -> Result<Option<RefreshToken>> {
    let mut tx = store.presented(hash).await?;
    let row = sqlx::query!(
        "select tenant_id, user_id, family, expires_at, spent_at, revoked_at from refresh_tokens where token_hash = $1",
        hash
    )
    .fetch_optional(&mut *tx)
    .await?;
    Ok(row.map(|row| RefreshToken {
        hash: hash.to_owned(),
        tenant: TenantId::from_uuid(row.tenant_id),
        user: UserId::from_uuid(row.user_id),
        family: row.family,
        expires_at: row.expires_at,
        spent_at: row.spent_at,
        revoked_at: row.revoked_at,
    }))
}

/// Keeps a new token.
///
/// # Errors
/// When the database is not available.
pub async fn issue(tx: &mut Tx, tenant: TenantId, token: &RefreshToken) -> Result<()> {
    sqlx::query!(
        "insert into refresh_tokens (token_hash, tenant_id, user_id, family, expires_at) values ($1, $2, $3, $4, $5)",
        token.hash,
        tenant.as_uuid(),
        token.user.as_uuid(),
        token.family,
        token.expires_at
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Spends a token. `false`: somebody else has spent it, or it was revoked or has ended, so the caller gets nothing for it.
///
/// # Errors
/// When the database is not available.
pub async fn spend(tx: &mut Tx, tenant: TenantId, hash: &str, now: Timestamp) -> Result<bool> {
    let spent = sqlx::query!(
        "update refresh_tokens set spent_at = $3
         where tenant_id = $1 and token_hash = $2 and spent_at is null and revoked_at is null and expires_at > $3",
        tenant.as_uuid(),
        hash,
        now
    )
    .execute(&mut **tx)
    .await?;
    Ok(spent.rows_affected() == 1)
}

/// Revokes every token of a family; how many were still good.
///
/// # Errors
/// When the database is not available.
pub async fn revoke_family(tx: &mut Tx, tenant: TenantId, family: Uuid, now: Timestamp) -> Result<u64> {
    let revoked = sqlx::query!(
        "update refresh_tokens set revoked_at = $3 where tenant_id = $1 and family = $2 and revoked_at is null",
        tenant.as_uuid(),
        family,
        now
    )
    .execute(&mut **tx)
    .await?;
    Ok(revoked.rows_affected())
}
