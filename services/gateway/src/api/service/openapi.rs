//! `GET /openapi.json`

use actix_web::HttpResponse;

use crate::openapi::{Doc, document};
use crate::problem::Answer;

pub(crate) fn doc() -> Doc {
    Doc::new("This document", "OpenAPI 3.1.").answer::<serde_json::Value>(200, "The document")
}

pub(crate) async fn handle() -> Answer<HttpResponse> {
    Ok(HttpResponse::Ok().json(document()))
}
