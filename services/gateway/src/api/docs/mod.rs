//! Pages for people.

pub(crate) mod asset;
pub(crate) mod browser;
pub(crate) mod problem;
pub(crate) mod problems;

use actix_web::HttpResponse;
use actix_web::http::header::CACHE_CONTROL;

/// An HTML page; it changes with the program only.
fn page(html: String) -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/html; charset=utf-8")
        .insert_header((CACHE_CONTROL, "public, max-age=300"))
        .body(html)
}
