//! `DELETE /v1/systems/{id}`

use actix_web::{HttpResponse, web};
use serde_json::json;
use throughline_domain::SystemId;
use throughline_store::systems;

use super::show::find;
use crate::app::App;
use crate::auth::session::commit;
use crate::caller::Caller;
use crate::change;
use crate::openapi::Doc;
use crate::problem::{Answer, Problem, ProblemCode};
use crate::request::{Id, IfMatch};

pub(crate) fn doc() -> Doc {
    Doc::new(
        "Delete a system",
        "Refused while an integration names it, in its draft or its published revision.",
    )
    .if_match()
    .empty(204, "Deleted")
    .problems(&[ProblemCode::SystemInUse])
}

pub(crate) async fn handle(
    app: web::Data<App>,
    caller: Caller,
    id: Id<SystemId>,
    seen: IfMatch,
) -> Answer<HttpResponse> {
    let Id(id) = id;
    let mut tx = app.store.tenant(caller.tenant).await?;
    let row = find(&mut tx, &caller, id).await?;
    let users = systems::used_by(&mut tx, caller.tenant, &[id]).await?;
    if !users.is_empty() {
        let names: Vec<_> = users.iter().map(|(.., name)| format!("“{name}”")).collect();
        let detail = format!("Change or delete these first: {}.", names.join(", "));
        return Err(Problem::new(ProblemCode::SystemInUse, detail));
    }
    systems::delete(&mut tx, caller.tenant, id, seen.or_current(row.version)).await?;
    let was = json!({ "name": row.name, "connector": row.connector, "base_url": row.base_url });
    change::audit(&app, &mut tx, &caller, "system.delete", format!("system:{id}"), [Some(was), None]).await?;
    commit(tx).await?;
    change::system_changed(&app, &caller, id);
    Ok(HttpResponse::NoContent().finish())
}
