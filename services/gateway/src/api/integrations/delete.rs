//! `DELETE /v1/integrations/{id}`

use actix_web::{HttpResponse, web};
use serde_json::json;
use throughline_domain::IntegrationId;
use throughline_store::{hooks, integrations};

use super::view::{find, missing};
use crate::app::App;
use crate::auth::session::commit;
use crate::caller::Caller;
use crate::change;
use crate::openapi::Doc;
use crate::problem::Answer;
use crate::request::{Id, IfMatch};

pub(crate) fn doc() -> Doc {
    Doc::new(
        "Delete an integration",
        "With its revisions and webhook addresses. Its runs stay until they expire.",
    )
    .if_match()
    .empty(204, "Deleted")
}

pub(crate) async fn handle(
    app: web::Data<App>,
    caller: Caller,
    id: Id<IntegrationId>,
    seen: IfMatch,
) -> Answer<HttpResponse> {
    let Id(id) = id;
    let mut tx = app.store.tenant(caller.tenant).await?;
    let row = find(&mut tx, &caller, id).await?;
    let addresses = hooks::list(&mut tx, caller.tenant, &[id]).await?;
    integrations::delete(&mut tx, caller.tenant, id, seen.or_current(row.version)).await.map_err(missing)?;
    let was = json!({ "name": row.name, "revision": row.draft.0, "document": row.document });
    change::audit(
        &app,
        &mut tx,
        &caller,
        "integration.delete",
        format!("integration:{id}"),
        [Some(was), None],
    )
    .await?;
    commit(tx).await?;
    for (_, hook) in addresses {
        app.hooks.forget(&hook.hash).await;
    }
    change::integration_changed(&app, &caller, id);
    Ok(HttpResponse::NoContent().finish())
}
