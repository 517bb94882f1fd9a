//! `POST /v1/integrations/{id}/disable`

use actix_web::{HttpResponse, web};
use throughline_domain::IntegrationId;

use super::shape::Integration;
use super::switch::switch;
use crate::app::App;
use crate::caller::Caller;
use crate::openapi::Doc;
use crate::problem::Answer;
use crate::request::Id;

pub(crate) fn doc() -> Doc {
    Doc::new("Disable an integration", "Its triggers no longer fire; runs that have begun go on.")
        .answer::<Integration>(200, "The integration")
        .tagged()
}

pub(crate) async fn handle(
    app: web::Data<App>,
    caller: Caller,
    id: Id<IntegrationId>,
) -> Answer<HttpResponse> {
    switch(&app, &caller, id.0, false).await
}
