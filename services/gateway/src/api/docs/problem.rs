//! `GET /docs/problems/{code}`

use actix_web::{HttpRequest, HttpResponse};

use crate::docs::{markdown, page, problem_page, title};
use crate::openapi::Doc;
use crate::problem::{Answer, Problem, ProblemCode};
use crate::request::path_text;

pub(crate) fn doc() -> Doc {
    Doc::new("What a code means", "The page that is the `type` of a problem.")
        .other(200, "The page", "text/html")
        .problems(&[ProblemCode::NotFound])
}

pub(crate) async fn handle(request: HttpRequest) -> Answer<HttpResponse> {
    let unknown = || Problem::new(ProblemCode::NotFound, "There is no such code; see /docs/problems.");
    let text = problem_page(path_text(&request, "code")).ok_or_else(unknown)?;
    Ok(super::page(page(title(text), &markdown::html(text))))
}
