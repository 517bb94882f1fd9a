//! `GET /v1/connectors/{name}`

use actix_web::{HttpRequest, HttpResponse, web};

use super::shape::Connector;
use crate::app::App;
use crate::openapi::Doc;
use crate::problem::{Answer, Problem, ProblemCode};
use crate::request::path_text;

pub(crate) fn doc() -> Doc {
    Doc::new("Show a connector", "").answer::<Connector>(200, "The connector")
}

pub(crate) async fn handle(app: web::Data<App>, request: HttpRequest) -> Answer<HttpResponse> {
    let unknown =
        || Problem::new(ProblemCode::NotFound, "There is no connector with this name; see /v1/connectors.");
    let manifest = app.catalogue.get(path_text(&request, "name")).ok_or_else(unknown)?;
    Ok(HttpResponse::Ok().json(Connector::from(manifest.as_ref())))
}
