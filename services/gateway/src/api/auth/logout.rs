//! `POST /v1/auth/logout`

use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::json;

use super::refresh::Renewal;
use crate::app::App;
use crate::auth::{cookie, session};
use crate::openapi::Doc;
use crate::problem::{Answer, ProblemCode};
use crate::request::OptionalJson;

pub(crate) fn doc() -> Doc {
    Doc::new(
        "Log out",
        "Ends the session of the refresh token in the body or the cookie. Its access token ends by itself.",
    )
    .optional_body::<Renewal>(json!({ "refresh_token": "tlr_…" }))
    .empty(204, "Logged out, also if there was no session")
    .problems(&[ProblemCode::DatabaseUnavailable])
}

pub(crate) async fn handle(
    app: web::Data<App>,
    request: HttpRequest,
    renewal: OptionalJson<Renewal>,
) -> Answer<HttpResponse> {
    if let Some(token) = renewal.0.refresh_token.or_else(|| cookie::read(&request)) {
        session::close(&app, &token).await?;
    }
    Ok(HttpResponse::NoContent().cookie(cookie::clear(&app)).finish())
}
