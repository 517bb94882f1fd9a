//! `GET /docs/assets/{name}`

use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use actix_web::{HttpRequest, HttpResponse};

use crate::docs::static_file;
use crate::openapi::Doc;
use crate::problem::{Answer, Problem, ProblemCode};
use crate::request::path_text;

pub(crate) fn doc() -> Doc {
    Doc::new("A file of these pages", "")
        .other(200, "The file", "text/css")
        .problems(&[ProblemCode::RouteNotFound])
}

pub(crate) async fn handle(request: HttpRequest) -> Answer<HttpResponse> {
    let unknown = || Problem::new(ProblemCode::RouteNotFound, "There is no such file.");
    let (content, media) = static_file(path_text(&request, "name")).ok_or_else(unknown)?;
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, media))
        .insert_header((CACHE_CONTROL, "public, max-age=300"))
        .body(content))
}
