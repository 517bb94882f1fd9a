//! `POST /v1/auth/refresh`

use actix_web::{HttpRequest, HttpResponse, web};
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;

use crate::app::App;
use crate::auth::cookie;
use crate::auth::session::{self, Session};
use crate::openapi::Doc;
use crate::problem::{Answer, Problem, ProblemCode};
use crate::request::OptionalJson;

pub(crate) fn doc() -> Doc {
    Doc::new(
        "Renew a session",
        "Takes the refresh token from the body, or else from the cookie, and gives a new one. A token may be used once: a \
         second use ends the session.",
    )
    .optional_body::<Renewal>(json!({ "refresh_token": "tlr_…" }))
    .answer::<Session>(200, "The session, renewed")
    .problems(&[ProblemCode::SessionEnded, ProblemCode::SessionRevoked, ProblemCode::DatabaseUnavailable])
}

/// What a session is renewed with.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Renewal {
    /// The refresh token; without it, the one in the cookie.
    #[schema(nullable = false)]
    pub(crate) refresh_token: Option<String>,
}

pub(crate) async fn handle(
    app: web::Data<App>,
    request: HttpRequest,
    renewal: OptionalJson<Renewal>,
) -> Answer<HttpResponse> {
    let none = || {
        Problem::new(
            ProblemCode::SessionEnded,
            "There is no refresh token, neither in the body nor in the cookie.",
        )
    };
    let token = renewal.0.refresh_token.or_else(|| cookie::read(&request)).ok_or_else(none)?;
    Ok(session::renew(&app, &token).await?.answer(&app))
}
