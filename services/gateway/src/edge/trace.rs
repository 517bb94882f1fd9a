//! One span, one id and one log line per request.

use std::collections::HashMap;
use std::time::Instant;

use actix_web::body::BoxBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage};
use throughline_chassis::telemetry::propagation;
use tracing::{Instrument, Span, field};
use uuid::Uuid;

/// Names a request in answers, logs and problems.
#[derive(Debug, Clone)]
pub(crate) struct RequestId(pub(crate) String);

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Follows a request.
pub(crate) async fn follow(
    request: ServiceRequest,
    next: Next<BoxBody>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let id = request_id(request.headers());
    let span = span(&request, &id);
    request.extensions_mut().insert(RequestId(id.clone()));
    let began = Instant::now();
    let mut response = next.call(request).instrument(span.clone()).await?;
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    span.in_scope(|| log(&span, &response, began));
    Ok(response)
}

fn log(span: &Span, response: &ServiceResponse<BoxBody>, began: Instant) {
    let route = response.request().match_pattern().unwrap_or_else(|| "(none)".to_owned());
    let status = response.status().as_u16();
    span.record("http.route", route.as_str());
    span.record("http.response.status_code", status);
    span.record("otel.name", format!("{} {route}", response.request().method()));
    if status >= 500 {
        span.record("otel.status_code", "ERROR");
    }
    let took_us = u64::try_from(began.elapsed().as_micros()).unwrap_or(u64::MAX);
    // Health is asked every few seconds and says nothing new.
    if matches!(route.as_str(), "/healthz" | "/readyz") {
        tracing::debug!(http.response.status_code = status, http.took_us = took_us, "answered");
    } else {
        tracing::info!(http.response.status_code = status, http.took_us = took_us, "answered");
    }
}

fn span(request: &ServiceRequest, id: &str) -> Span {
    let span = tracing::info_span!(
        "http.request",
        otel.kind = "server",
        otel.name = field::Empty,
        otel.status_code = field::Empty,
        http.request.method = %request.method(),
        http.route = field::Empty,
        url.path = shown_path(request.path()),
        http.response.status_code = field::Empty,
        request.id = id,
    );
    propagation::adopt(&span, &carrier(request.headers()));
    span
}

/// The token of a webhook is a secret, so its address is not shown.
fn shown_path(path: &str) -> &str {
    if path.starts_with("/hooks/") { "/hooks/…" } else { path }
}

fn carrier(headers: &HeaderMap) -> HashMap<String, String> {
    let text = |name: &str| Some((name.to_owned(), headers.get(name)?.to_str().ok()?.to_owned()));
    ["traceparent", "tracestate"].into_iter().filter_map(text).collect()
}

/// The id that the caller gave, if it is harmless, or a new one.
fn request_id(headers: &HeaderMap) -> String {
    let given = headers.get(&REQUEST_ID).and_then(|value| value.to_str().ok());
    let harmless = |id: &&str| {
        (1..=64).contains(&id.len())
            && id.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
    };
    given.filter(harmless).map_or_else(|| Uuid::now_v7().to_string(), str::to_owned)
}
