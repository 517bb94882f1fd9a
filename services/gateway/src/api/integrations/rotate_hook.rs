//! `POST /v1/integrations/{id}/actions/{key}/hook/rotate`

use actix_web::{HttpRequest, HttpResponse, web};
use serde::Serialize;
use serde_json::json;
use throughline_domain::IntegrationId;
use utoipa::ToSchema;

use super::hooks;
use super::view::find;
use crate::app::App;
use crate::auth::session::commit;
use crate::caller::Caller;
use crate::change;
use crate::openapi::Doc;
use crate::problem::{Answer, Problem, ProblemCode};
use crate::request::{Id, path_text};

pub(crate) fn doc() -> Doc {
    Doc::new(
        "Give an action another webhook address",
        "For when the address came into wrong hands. The former one is refused at once by this gateway, and within five \
         seconds by every other. Set the new one up at the sender.",
    )
    .answer::<HookAddress>(200, "The new address")
    .example(json!({ "hook_url": "https://throughline.example.com/hooks/tlh_…" }))
}

/// Where a source pushes to.
#[derive(Serialize, ToSchema)]
pub(crate) struct HookAddress {
    /// The address. Whoever has it may push.
    hook_url: String,
}

/// Not idempotent by itself: each call makes an address. An `Idempotency-Key` makes it so.
pub(crate) async fn handle(
    app: web::Data<App>,
    caller: Caller,
    id: Id<IntegrationId>,
    request: HttpRequest,
) -> Answer<HttpResponse> {
    let (Id(id), key) = (id, path_text(&request, "key"));
    let mut tx = app.store.tenant(caller.tenant).await?;
    find(&mut tx, &caller, id).await?;
    let rotated =
        if key.contains('\0') { None } else { hooks::rotate(&app, &mut tx, caller.tenant, id, key).await? };
    let (hook_url, former) = rotated.ok_or_else(none)?;
    let subject = format!("integration:{id}/action:{key}");
    change::audit(&app, &mut tx, &caller, "hook.rotate", subject, [None, None]).await?;
    commit(tx).await?;
    app.hooks.forget(&former).await;
    change::integration_changed(&app, &caller, id);
    Ok(HttpResponse::Ok().json(HookAddress { hook_url }))
}

fn none() -> Problem {
    let detail = "The integration has no action with this key that listens.";
    Problem::new(ProblemCode::NotFound, detail)
}
