//! `GET /healthz`

use actix_web::{HttpResponse, web};

use crate::app::App;
use crate::openapi::Doc;
use crate::problem::Answer;

pub(crate) fn doc() -> Doc {
    Doc::new("Is the process alive", "Says yes as long as it can answer at all.")
        .answer::<serde_json::Value>(200, "It is")
}

pub(crate) async fn handle(app: web::Data<App>) -> Answer<HttpResponse> {
    super::health(&app, "/healthz")
}
