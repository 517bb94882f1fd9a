//! Pages of lists.

use std::fmt::Display;

use actix_web::http::header::LINK;
use actix_web::{HttpRequest, HttpResponse};
use serde::Serialize;

use crate::request::Cursor;

/// One page of a list.
#[derive(Debug, Serialize)]
pub(crate) struct List<T> {
    /// The items of this page.
    pub(crate) items: Vec<T>,
    /// Where the next page begins; null on the last one.
    pub(crate) next_cursor: Option<String>,
}

impl<T: Serialize> List<T> {
    /// The whole list in one page.
    pub(crate) fn whole(items: Vec<T>) -> Self {
        Self { items, next_cursor: None }
    }

    /// As an answer, with a `Link` to the next page.
    pub(crate) fn answer(self, request: &HttpRequest) -> HttpResponse {
        let mut response = HttpResponse::Ok();
        if let Some(cursor) = &self.next_cursor {
            response.insert_header((LINK, format!("<{}>; rel=\"next\"", next(request, cursor))));
        }
        response.json(self)
    }
}

fn next(request: &HttpRequest, cursor: &str) -> String {
    let kept =
        url::form_urlencoded::parse(request.query_string().as_bytes()).filter(|(name, _)| name != "cursor");
    let query = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(kept)
        .append_pair("cursor", cursor)
        .finish();
    format!("{}?{query}", request.path())
}

/// Cuts rows that were read one more than `limit` into a page and the cursor of the next one, in the list called `list`.
pub(crate) fn paged<R, K: Display>(
    mut rows: Vec<R>,
    limit: i64,
    list: &'static str,
    key: impl Fn(&R) -> K,
) -> (Vec<R>, Option<String>) {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    if rows.len() <= limit {
        return (rows, None);
    }
    rows.truncate(limit);
    let cursor = rows.last().map(|row| Cursor::encode(list, &key(row)));
    (rows, cursor)
}
