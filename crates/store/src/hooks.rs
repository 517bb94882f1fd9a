//! Listener addresses: who may push to which action.

use throughline_domain::{IntegrationId, TenantId};

use crate::error::Result;
use crate::session::{Store, Tx};

/// What a listener address leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hook {
    /// Whose.
    pub tenant: TenantId,
    /// The integration.
    pub integration: IntegrationId,
    /// Key of the action.
    pub action: String,
    /// Whether the integration is published and enabled, so that a push causes a run.
    pub open: bool,
}

/// A listener address as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HookToken {
    /// SHA-256 of the token, hex.
    pub hash: String,
    /// Key of the action.
    pub action: String,
    /// The token, sealed with the tenant's data key.
    pub sealed: Vec<u8>,
}

/// What the token with this hash leads to.
///
/// # Errors
/// When the database is not available.
pub async fn by_hash(store: &Store, hash: &str) -> Result<Option<Hook>> {
    let mut tx = store.presented(hash).await?;
    let row =
        sqlx::query!("select tenant_id, integration_id, action_key from hooks where token_hash = $1", hash)
            .fetch_optional(&mut *tx)
            .await?;
    drop(tx);
    let Some(row) = row else { return Ok(None) };
    let tenant = TenantId::from_uuid(row.tenant_id);
    let mut tx = store.tenant(tenant).await?;
    let open = sqlx::query_scalar!(
        "select enabled and published_revision is not null as \"open!\" from integrations
         where tenant_id = $1 and integration_id = $2",
        row.tenant_id,
        row.integration_id
    )
    .fetch_optional(&mut *tx)
    .await?;
    let integration = IntegrationId::from_uuid(row.integration_id);
    Ok(open.map(|open| Hook { tenant, integration, action: row.action_key, open }))
}

/// The listener addresses of integrations.
///
/// # Errors
/// When the database is not available.
pub async fn list(
    tx: &mut Tx,
    tenant: TenantId,
    integrations: &[IntegrationId],
) -> Result<Vec<(IntegrationId, HookToken)>> {
    let ids: Vec<_> = integrations.iter().map(|id| id.as_uuid()).collect();
    let rows = sqlx::query!(
        "select integration_id, token_hash, action_key, sealed_token from hooks
         where tenant_id = $1 and integration_id = any ($2)",
        tenant.as_uuid(),
        &ids
    )
    .fetch_all(&mut **tx)
    .await?;
    let token = |hash, action, sealed| HookToken { hash, action, sealed };
    Ok(rows
        .into_iter()
        .map(|row| {
            let token = token(row.token_hash, row.action_key, row.sealed_token);
            (IntegrationId::from_uuid(row.integration_id), token)
        })
        .collect())
}

/// Gives an action a listener address, unless it has one.
///
/// # Errors
/// When the database is not available.
pub async fn add(tx: &mut Tx, tenant: TenantId, integration: IntegrationId, token: &HookToken) -> Result<()> {
    sqlx::query!(
        "insert into hooks (token_hash, tenant_id, integration_id, action_key, sealed_token)
         values ($1, $2, $3, $4, $5) on conflict on constraint hooks_action_key do nothing",
        token.hash,
        tenant.as_uuid(),
        integration.as_uuid(),
        token.action,
        token.sealed
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}
