//! `GET /v1/integrations/{id}`

use actix_web::{HttpResponse, web};
use throughline_domain::IntegrationId;

use super::shape::Integration;
use super::view::{find, shown_one};
use crate::app::App;
use crate::caller::Caller;
use crate::openapi::Doc;
use crate::problem::Answer;
use crate::request::{Id, entity_tag};

pub(crate) fn doc() -> Doc {
    Doc::new("Show an integration", "").answer::<Integration>(200, "The integration").tagged()
}

pub(crate) async fn handle(
    app: web::Data<App>,
    caller: Caller,
    id: Id<IntegrationId>,
) -> Answer<HttpResponse> {
    let mut tx = app.store.tenant(caller.tenant).await?;
    let row = find(&mut tx, &caller, id.0).await?;
    let tag = entity_tag(row.version);
    let integration = shown_one(&app, &mut tx, &caller, row).await?;
    Ok(HttpResponse::Ok().insert_header(tag).json(integration))
}
