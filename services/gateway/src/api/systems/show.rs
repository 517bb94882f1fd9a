//! `GET /v1/systems/{id}`

use actix_web::{HttpResponse, web};
use throughline_domain::SystemId;
use throughline_store::{StoreError, Tx, systems};

use super::shape::{System, shown_one};
use crate::app::App;
use crate::caller::Caller;
use crate::openapi::Doc;
use crate::problem::{Answer, Problem};
use crate::request::{Id, entity_tag};

pub(crate) fn doc() -> Doc {
    Doc::new("Show a system", "").answer::<System>(200, "The system").tagged()
}

pub(crate) async fn handle(app: web::Data<App>, caller: Caller, id: Id<SystemId>) -> Answer<HttpResponse> {
    let mut tx = app.store.tenant(caller.tenant).await?;
    let row = find(&mut tx, &caller, id.0).await?;
    let tag = entity_tag(row.version);
    let system = shown_one(&mut tx, caller.tenant, row).await?;
    Ok(HttpResponse::Ok().insert_header(tag).json(system))
}

/// The caller's system with this id.
pub(super) async fn find(tx: &mut Tx, caller: &Caller, id: SystemId) -> Answer<systems::System> {
    systems::find(tx, caller.tenant, id).await.map_err(|error| match error {
        StoreError::NotFound => Problem::not_found("system"),
        other => other.into(),
    })
}
