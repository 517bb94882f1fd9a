//! `GET /version`

use actix_web::{HttpResponse, web};

use crate::app::App;
use crate::openapi::Doc;
use crate::problem::Answer;

pub(crate) fn doc() -> Doc {
    Doc::new("Which version is this", "").answer::<serde_json::Value>(200, "The version")
}

pub(crate) async fn handle(app: web::Data<App>) -> Answer<HttpResponse> {
    super::health(&app, "/version")
}
