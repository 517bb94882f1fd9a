//! Switching an integration on and off.

use actix_web::HttpResponse;
use serde_json::json;
use throughline_domain::IntegrationId;
use throughline_store::{hooks, integrations};

use super::view::{find, missing, shown_one};
use crate::app::App;
use crate::auth::session::commit;
use crate::caller::Caller;
use crate::change;
use crate::problem::{Answer, Problem, ProblemCode};
use crate::request::entity_tag;

/// Lets the triggers of an integration fire, or not.
pub(super) async fn switch(app: &App, caller: &Caller, id: IntegrationId, on: bool) -> Answer<HttpResponse> {
    let mut tx = app.store.tenant(caller.tenant).await?;
    let before = find(&mut tx, caller, id).await?;
    if on && before.published.is_none() {
        return Err(Problem::new(
            ProblemCode::NotPublished,
            "Publish a revision first; that also enables it.",
        ));
    }
    integrations::set_enabled(&mut tx, caller.tenant, id, on).await.map_err(missing)?;
    let operation = if on { "integration.enable" } else { "integration.disable" };
    let changed = [Some(json!({ "enabled": before.enabled })), Some(json!({ "enabled": on }))];
    change::audit(app, &mut tx, caller, operation, format!("integration:{id}"), changed).await?;
    let row = find(&mut tx, caller, id).await?;
    let tag = entity_tag(row.version);
    let integration = shown_one(app, &mut tx, caller, row).await?;
    let addresses = hooks::list(&mut tx, caller.tenant, &[id]).await?;
    commit(tx).await?;
    for (_, hook) in addresses {
        app.hooks.forget(&hook.hash).await;
    }
    change::integration_changed(app, caller, id);
    Ok(HttpResponse::Ok().insert_header(tag).json(integration))
}
