//! `GET /docs/problems`

use std::fmt::Write as _;

use actix_web::HttpResponse;

use crate::docs::{markdown, page, problem_pages, title};
use crate::openapi::Doc;
use crate::problem::Answer;

pub(crate) fn doc() -> Doc {
    Doc::new("All problems", "A page that lists every code.").other(200, "The page", "text/html")
}

pub(crate) async fn handle() -> Answer<HttpResponse> {
    let mut list = String::from(
        "# Problems\n\nEvery refusal and every failed run has a stable code, and every code has a page.\n\n",
    );
    list.push_str("| code | what happened |\n| --- | --- |\n");
    for (code, text) in problem_pages() {
        let _ = writeln!(list, "| [{code}](/docs/problems/{code}) | {} |", title(text));
    }
    Ok(super::page(page("Problems", &markdown::html(&list))))
}
