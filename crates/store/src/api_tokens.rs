//! API tokens: hashed, with a role, expiring, revocable.

use throughline_domain::{ApiTokenId, Role, TenantId, Timestamp, UserId};

use crate::column::word;
use crate::error::{Result, StoreError};
use crate::session::{Store, Tx};

/// One API token, without the token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiToken {
    /// Identity.
    pub id: ApiTokenId,
    /// Whose.
    pub tenant: TenantId,
    /// What it is for.
    pub name: String,
    /// What it may do.
    pub role: Role,
    /// Its first characters, to recognise it by.
    pub prefix: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it ends by itself.
    pub expires_at: Option<Timestamp>,
    /// When it was last used, to the minute.
    pub last_used_at: Option<Timestamp>,
}

/// What a new token is made of.
#[derive(Debug, Clone)]
pub struct NewApiToken {
    /// Identity.
    pub id: ApiTokenId,
    /// What it is for.
    pub name: String,
    /// What it may do.
    pub role: Role,
    /// SHA-256 of the token, hex.
    pub hash: String,
    /// Its first characters.
    pub prefix: String,
    /// Who made it; `None` for the operator.
    pub created_by: Option<UserId>,
    /// When it ends by itself.
    pub expires_at: Option<Timestamp>,
}

struct Row {
    api_token_id: uuid::Uuid,
    tenant_id: uuid::Uuid,
    name: String,
    role: String,
    prefix: String,
    created_at: Timestamp,
    expires_at: Option<Timestamp>,
    last_used_at: Option<Timestamp>,
}

impl TryFrom<Row> for ApiToken {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self> {
        Ok(Self {
            id: ApiTokenId::from_uuid(row.api_token_id),
            tenant: TenantId::from_uuid(row.tenant_id),
            name: row.name,
            role: word("role", &row.role)?,
            prefix: row.prefix,
            created_at: row.created_at,
            expires_at: row.expires_at,
            last_used_at: row.last_used_at,
        })
    }
}

/// The token with this hash, unless it was revoked or has ended at `now`.
///
/// # Errors
/// When the database is not available.
pub async fn by_hash(store: &Store, hash: &str, now: Timestamp) -> Result<Option<ApiToken>> {
    let mut tx = store.presented(hash).await?;
    let row = sqlx::query_as!(
        Row,
        "select api_token_id, tenant_id, name, role, prefix, created_at, expires_at, last_used_at from api_tokens
         where token_hash = $1 and revoked_at is null and (expires_at is null or expires_at > $2)",
        hash,
        now
    )
    .fetch_optional(&mut *tx)
    .await?;
    row.map(ApiToken::try_from).transpose()
}

/// Tokens that are not revoked, the newest first, older than `before`.
///
/// # Errors
/// When the database is not available.
pub async fn list(
    tx: &mut Tx,
    tenant: TenantId,
    before: Option<ApiTokenId>,
    limit: i64,
) -> Result<Vec<ApiToken>> {
    let rows = sqlx::query_as!(
        Row,
        "select api_token_id, tenant_id, name, role, prefix, created_at, expires_at, last_used_at from api_tokens
         where tenant_id = $1 and revoked_at is null and ($2::uuid is null or api_token_id < $2)
         order by api_token_id desc limit $3",
        tenant.as_uuid(),
        before.map(ApiTokenId::as_uuid),
        limit
    )
    .fetch_all(&mut **tx)
    .await?;
    rows.into_iter().map(ApiToken::try_from).collect()
}

/// Keeps a new token.
///
/// # Errors
/// When the database is not available.
pub async fn create(tx: &mut Tx, tenant: TenantId, token: &NewApiToken) -> Result<ApiToken> {
    sqlx::query_as!(
        Row,
        "insert into api_tokens (api_token_id, tenant_id, name, role, token_hash, prefix, created_by, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)
         returning api_token_id, tenant_id, name, role, prefix, created_at, expires_at, last_used_at",
        token.id.as_uuid(),
        tenant.as_uuid(),
        token.name,
        token.role.as_str(),
        token.hash,
        token.prefix,
        token.created_by.map(UserId::as_uuid),
        token.expires_at
    )
    .fetch_one(&mut **tx)
    .await?
    .try_into()
}

/// Revokes a token; its hash, so that caches can forget it.
///
/// # Errors
/// `NotFound` when the tenant has no such token, or it was revoked before.
pub async fn revoke(tx: &mut Tx, tenant: TenantId, id: ApiTokenId, now: Timestamp) -> Result<String> {
    let hash = sqlx::query_scalar!(
        "update api_tokens set revoked_at = $3
         where tenant_id = $1 and api_token_id = $2 and revoked_at is null returning token_hash",
        tenant.as_uuid(),
        id.as_uuid(),
        now
    )
    .fetch_one(&mut **tx)
    .await?;
    Ok(hash)
}

/// Says that a token was used, at most once a minute.
///
/// # Errors
/// When the database is not available.
pub async fn touch(tx: &mut Tx, tenant: TenantId, id: ApiTokenId, now: Timestamp) -> Result<()> {
    sqlx::query!(
        "update api_tokens set last_used_at = $3 where tenant_id = $1 and api_token_id = $2
         and (last_used_at is null or last_used_at < $3::timestamptz - interval '1 minute')",
        tenant.as_uuid(),
        id.as_uuid(),
        now
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}
