//! Reading requests strictly: JSON bodies, and query parameters that must all be known.

use axum::{
    body::to_bytes,
    extract::{FromRequest, Request},
    http::{HeaderMap, StatusCode, header},
};
use chrono::{DateTime, Utc};
use serde::de::DeserializeOwned;

use super::problem::Problem;

/// The largest body that a partner reads.
const MAX_BODY: usize = 1024 * 1024;

/// A JSON body of the right content type, size and shape.
#[derive(Debug)]
pub(crate) struct Input<T>(pub(crate) T);

impl<T: DeserializeOwned, S: Sync> FromRequest<S> for Input<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        require_json(request.headers())?;
        let body = to_bytes(request.into_body(), MAX_BODY).await.map_err(|_| {
            Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", "The body is larger than 1 MiB.")
        })?;
        let value = serde_json::from_slice(&body).map_err(|error| Problem::malformed(error.to_string()))?;
        Ok(Self(value))
    }
}

fn require_json(headers: &HeaderMap) -> Result<(), Problem> {
    let given = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if given.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json")) {
        return Ok(());
    }
    let message = format!("Send application/json, not {given:?}.");
    Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type", message))
}

/// The values of a parameter that may hold several, with commas.
pub(crate) fn several(value: &str) -> Vec<String> {
    value.split(',').map(|part| part.trim().to_owned()).filter(|part| !part.is_empty()).collect()
}

/// A whole number within bounds.
pub(crate) fn number(name: &str, value: &str, least: usize, most: usize) -> Result<usize, Problem> {
    let expected = || format!("a whole number from {least} to {most}");
    let parsed: Option<usize> = value.parse().ok().filter(|number| (least..=most).contains(number));
    parsed.ok_or_else(|| Problem::bad_parameter(name, &expected()))
}

/// A moment, written as the records write theirs, so that texts compare as times do.
pub(crate) fn moment(name: &str, value: &str) -> Result<String, Problem> {
    let parsed: Result<DateTime<Utc>, _> = value.parse();
    parsed.map(super::clock::written).map_err(|_| Problem::bad_parameter(name, "a time as in RFC 3339"))
}
