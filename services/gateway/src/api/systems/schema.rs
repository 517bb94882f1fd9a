//! `GET /v1/systems/{id}/schema`

use actix_web::{HttpResponse, web};
use throughline_domain::SystemId;
use throughline_store::systems;

use super::shape::{SystemSchema, known_schemas};
use super::show::find;
use crate::answer::Time;
use crate::app::App;
use crate::caller::Caller;
use crate::openapi::Doc;
use crate::problem::Answer;
use crate::request::Id;

pub(crate) fn doc() -> Doc {
    Doc::new(
        "Show the entities and fields of a system",
        "As they were last read; before that, what the connector says.",
    )
    .answer::<SystemSchema>(200, "The entities")
}

pub(crate) async fn handle(app: web::Data<App>, caller: Caller, id: Id<SystemId>) -> Answer<HttpResponse> {
    let mut tx = app.store.tenant(caller.tenant).await?;
    let row = find(&mut tx, &caller, id.0).await?;
    let discovered = systems::schemas(&mut tx, caller.tenant, &[id.0]).await?.pop().map(|(_, schema)| schema);
    let entities = known_schemas(&app.catalogue, &row.connector, discovered.as_ref());
    let discovered_at = discovered.map(|found| Time(found.at));
    Ok(HttpResponse::Ok().json(SystemSchema { entities, discovered_at }))
}
