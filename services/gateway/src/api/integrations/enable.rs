//! `POST /v1/integrations/{id}/enable`

use actix_web::{HttpResponse, web};
use throughline_domain::IntegrationId;

use super::shape::Integration;
use super::switch::switch;
use crate::app::App;
use crate::caller::Caller;
use crate::openapi::Doc;
use crate::problem::{Answer, ProblemCode};
use crate::request::Id;

pub(crate) fn doc() -> Doc {
    Doc::new("Enable an integration", "Its triggers fire again. Needs a published revision.")
        .answer::<Integration>(200, "The integration")
        .tagged()
        .problems(&[ProblemCode::NotPublished])
}

pub(crate) async fn handle(
    app: web::Data<App>,
    caller: Caller,
    id: Id<IntegrationId>,
) -> Answer<HttpResponse> {
    switch(&app, &caller, id.0, true).await
}
