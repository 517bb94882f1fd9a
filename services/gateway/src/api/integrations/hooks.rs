//! Webhook addresses of actions that listen. An address is the only credential of whoever pushes, so it is shown to those
//! only who may change the integration.

use std::collections::BTreeMap;

use throughline_domain::{IntegrationId, Permission, TenantId};
use throughline_flow::{Integration, Trigger};
use throughline_store::Tx;
use throughline_store::hooks::{self, HookToken};
use throughline_vault::Row;

use crate::app::App;
use crate::auth::secret;
use crate::caller::Caller;
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
    let is_new = |key: &&str| !known.iter().any(|(_, hook)| hook.action == **key);
    for action in listening(document).filter(is_new) {
        let (_, hook) = fresh(app, tenant, integration, action).await?;
        hooks::add(tx, tenant, integration, &hook).await?;
    }
    Ok(())
}

/// Takes the addresses of actions that none of these documents lets listen.
pub(super) async fn prune(
    tx: &mut Tx,
    tenant: TenantId,
    integration: IntegrationId,
    documents: &[&Integration],
) -> Answer<()> {
    let keys: Vec<_> = documents.iter().flat_map(|document| listening(document)).map(str::to_owned).collect();
    Ok(hooks::keep_only(tx, tenant, integration, &keys).await?)
}

/// Gives an action another address; the new one, and the hash of the former.
pub(super) async fn rotate(
    app: &App,
    tx: &mut Tx,
    tenant: TenantId,
    integration: IntegrationId,
    action: &str,
) -> Answer<Option<(String, String)>> {
    let (token, hook) = fresh(app, tenant, integration, action).await?;
    let former = hooks::replace(tx, tenant, integration, &hook).await?;
    Ok(former.map(|former| (url(app, &token), former)))
}

/// Keys of the actions that listen.
fn listening(document: &Integration) -> impl Iterator<Item = &str> {
    let listens = document.actions.iter().filter(|action| matches!(action.trigger, Trigger::Listen));
    listens.map(|action| action.key.as_str())
}

/// A new token for an action, and what is kept of it.
async fn fresh(
    app: &App,
    tenant: TenantId,
    integration: IntegrationId,
    action: &str,
) -> Answer<(String, HookToken)> {
    let token = secret::generate(secret::HOOK_TOKEN);
    let key = app.keys.of(&app.store, tenant).await?;
    let sealed = key.seal_secret(Row::HookToken { integration, action }, token.as_bytes());
    let hook = HookToken { hash: secret::hash(&token), action: action.to_owned(), sealed };
    Ok((token, hook))
}

fn url(app: &App, token: &str) -> String {
    format!("{}/hooks/{token}", app.config.public_url.trim_end_matches('/'))
}

/// The addresses of integrations; none for who may not change them.
pub(super) async fn urls(app: &App, tx: &mut Tx, caller: &Caller, ids: &[IntegrationId]) -> Answer<Urls> {
    if !caller.may(Permission::ConfigurationWrite) {
        return Ok(Urls::new());
    }
    let tokens = hooks::list(tx, caller.tenant, ids).await?;
    if tokens.is_empty() {
        return Ok(Urls::new());
    }
    let key = app.keys.of(&app.store, caller.tenant).await?;
    tokens
        .into_iter()
        .map(|(integration, hook)| {
            let row = Row::HookToken { integration, action: &hook.action };
            let token = key.open_secret(row, &hook.sealed)?;
            let token = std::str::from_utf8(&token).map_err(Problem::internal)?;
            Ok(((integration, hook.action.clone()), url(app, token)))
        })
        .collect()
}
