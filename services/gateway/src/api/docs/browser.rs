//! `GET /docs`

use actix_web::HttpResponse;

use crate::openapi::Doc;
use crate::problem::Answer;

pub(crate) fn doc() -> Doc {
    Doc::new("Browse the API", "A page that shows this document.").other(200, "The page", "text/html")
}

pub(crate) async fn handle() -> Answer<HttpResponse> {
    Ok(super::page(include_str!("../../docs/static/browser.html").to_owned()))
}
