//! From the `Authorization` header to a caller.

use actix_web::http::header::{AUTHORIZATION, HeaderMap};

use super::secret::API_TOKEN;
use crate::app::App;
use crate::caller::Caller;
use crate::problem::{Answer, Problem, ProblemCode};

/// Who sends these headers.
pub(crate) async fn caller(app: &App, headers: &HeaderMap) -> Answer<Caller> {
    let token = bearer(headers)?;
    let now = app.clock.now();
    if token.starts_with(API_TOKEN) {
        app.api_tokens.check(&app.store, token, now).await
    } else {
        app.access_tokens.check(token, now)
    }
}

fn bearer(headers: &HeaderMap) -> Answer<&str> {
    let detail = "Send `Authorization: Bearer …` with an access token or an API token.";
    let missing = || Problem::new(ProblemCode::TokenMissing, detail);
    let value = headers.get(AUTHORIZATION).ok_or_else(missing)?;
    let (scheme, token) = value.to_str().unwrap_or_default().split_once(' ').ok_or_else(missing)?;
    if scheme.eq_ignore_ascii_case("bearer") { Ok(token.trim()) } else { Err(missing()) }
}
