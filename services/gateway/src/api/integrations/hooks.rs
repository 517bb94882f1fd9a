//! Webhook addresses of actions that listen.

use std::collections::BTreeMap;

use throughline_domain::{IntegrationId, TenantId};
use throughline_flow::{Integration, Trigger};
use throughline_store::Tx;
use throughline_store::hooks::{self, HookToken};
use throughline_vault::Row;

use crate::app::App;
use crate::auth::secret;
use crate::problem::{Answer, Problem};

/// Addresses by integration and key of the action.
pub(super) type Urls = BTreeMap<(IntegrationId, String), String>;

/// Gives every action that listens an address, unless it has one: from the first save on, so that the sender can be set up
/// before the integration is published.
pub(super) async fn provide(
    app: &App,
    tx: &mut Tx,
    tenant: TenantId,
    integration: IntegrationId,
    document: &Integration,
) -> Answer<()> {
    let known = hooks::list(tx, tenant, &[integration]).await?;
    let listens = document.actions.iter().filter(|action| matches!(action.trigger, Trigger::Listen));
    for action in listens.filter(|action| !known.iter().any(|(_, hook)| hook.action == action.key)) {
        let token = secret::generate(secret::HOOK_TOKEN);
        let key = app.keys.of(&app.store, tenant).await?;
        let row = Row::HookToken { integration, action: &action.key };
        let sealed = key.seal_secret(row, token.as_bytes());
        let hook = HookToken { hash: secret::hash(&token), action: action.key.clone(), sealed };
        hooks::add(tx, tenant, integration, &hook).await?;
    }
    Ok(())
}

/// The addresses of integrations.
pub(super) async fn urls(app: &App, tx: &mut Tx, tenant: TenantId, ids: &[IntegrationId]) -> Answer<Urls> {
    let tokens = hooks::list(tx, tenant, ids).await?;
    if tokens.is_empty() {
        return Ok(Urls::new());
    }
    let key = app.keys.of(&app.store, tenant).await?;
    let base = app.config.public_url.trim_end_matches('/');
    tokens
        .into_iter()
        .map(|(integration, hook)| {
            let row = Row::HookToken { integration, action: &hook.action };
            let token = key.open_secret(row, &hook.sealed)?;
            let token = std::str::from_utf8(&token).map_err(Problem::internal)?;
            Ok(((integration, hook.action.clone()), format!("{base}/hooks/{token}")))
        })
        .collect()
}
