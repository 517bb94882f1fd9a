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
    /// Whether the integration is enabled and its published revision lets the action listen, so that a push causes a run.
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

/// What the token with this hash leads to. An action that listens neither in the published revision nor in the draft has no
/// address, whatever it had before.
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
        r#"select bool_or(coalesce(i.enabled and r.number = i.published_revision, false)) as open
           from integrations i
           join revisions r on r.tenant_id = i.tenant_id and r.integration_id = i.integration_id
                           and r.number in (i.draft_revision, i.published_revision)
           where i.tenant_id = $1 and i.integration_id = $2
             and jsonb_path_exists(r.document, '$.actions[*] ? (@.key == $key && @.trigger.kind == "listen")',
                                   jsonb_build_object('key', $3::text))"#,
        row.tenant_id,
        row.integration_id,
        row.action_key
    )
    .fetch_one(&mut *tx)
    .await?;
    // Null: nothing lets it listen. False: only a draft does, or nothing runs at the moment.
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

/// Gives an action another listener address in the place of the one that it has; the hash of that one. `None`: it has none.
///
/// # Errors
/// When the database is not available.
pub async fn replace(
    tx: &mut Tx,
    tenant: TenantId,
    integration: IntegrationId,
    token: &HookToken,
) -> Result<Option<String>> {
    let former = sqlx::query_scalar!(
        "update hooks h set token_hash = $4, sealed_token = $5, created_at = now()
         from (select token_hash from hooks
               where tenant_id = $1 and integration_id = $2 and action_key = $3 for update) as former
         where h.token_hash = former.token_hash returning former.token_hash",
        tenant.as_uuid(),
        integration.as_uuid(),
        token.action,
        token.hash,
        token.sealed
    )
    .fetch_optional(&mut **tx)
    .await?;
    Ok(former)
}

/// Takes the listener addresses of every action of an integration that is not among these.
///
/// # Errors
/// When the database is not available.
pub async fn keep_only(
    tx: &mut Tx,
    tenant: TenantId,
    integration: IntegrationId,
    actions: &[String],
) -> Result<()> {
    sqlx::query!(
        "delete from hooks where tenant_id = $1 and integration_id = $2 and action_key <> all ($3)",
        tenant.as_uuid(),
        integration.as_uuid(),
        actions
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}
