//! The service itself.

pub(crate) mod healthz;
pub(crate) mod openapi;
pub(crate) mod readyz;
pub(crate) mod version;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;

use crate::app::App;
use crate::problem::{Answer, Problem};

/// What the health of the process says for a path.
fn health(app: &App, path: &str) -> Answer<HttpResponse> {
    let unknown = || Problem::internal(anyhow::anyhow!("health has no {path}"));
    let answer = app.health.answer(path).ok_or_else(unknown)?;
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::SERVICE_UNAVAILABLE);
    Ok(HttpResponse::build(status).json(answer.body))
}
