//! `GET /readyz`

use actix_web::{HttpResponse, web};

use crate::app::App;
use crate::openapi::Doc;
use crate::problem::Answer;

pub(crate) fn doc() -> Doc {
    Doc::new("May it be given work", "Says which parts are not well.")
        .answer::<serde_json::Value>(200, "It may")
        .answer::<serde_json::Value>(503, "It may not; says why")
}

pub(crate) async fn handle(app: web::Data<App>) -> Answer<HttpResponse> {
    super::health(&app, "/readyz")
}
