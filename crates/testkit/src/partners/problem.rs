//! The one error shape of both partners.

use axum::{
    Json,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use serde_json::json;

/// Why a request was refused.
#[derive(Debug)]
pub(crate) struct Problem {
    status: StatusCode,
    code: &'static str,
    message: String,
    fields: Vec<FieldFault>,
    retry_after: Option<u64>,
}

/// What is wrong with one field.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct FieldFault {
    /// The field's name as it was sent.
    pub(crate) field: String,
    /// `required`, `too_long`, …
    pub(crate) code: &'static str,
    /// Reads well after the field's name.
    pub(crate) message: String,
}

impl Problem {
    pub(crate) fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into(), fields: Vec::new(), retry_after: None }
    }

    pub(crate) fn malformed(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "malformed", message)
    }

    pub(crate) fn bad_parameter(name: &str, expected: &str) -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            "bad_parameter",
            format!("The parameter {name} must be {expected}."),
        )
    }

    pub(crate) fn unknown_parameter(name: &str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "unknown_parameter", format!("There is no parameter {name}."))
    }

    pub(crate) fn unauthorized(code: &'static str, message: &str) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, code, message)
    }

    pub(crate) fn forbidden(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, code, message)
    }

    pub(crate) fn not_found(what: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, "not_found", format!("There is no {what}."))
    }

    pub(crate) fn rate_limited(retry_after: u64) -> Self {
        let message = format!("Too many requests: try again in {retry_after} s.");
        Self::new(StatusCode::TOO_MANY_REQUESTS, "rate_limited", message).retry_after(Some(retry_after))
    }

    /// Says which fields were refused, and all of it once more in the message.
    pub(crate) fn validation(what: &str, fields: Vec<FieldFault>) -> Self {
        let reasons: Vec<_> =
            fields.iter().map(|fault| format!("{} {}", fault.field, fault.message)).collect();
        let message = format!("The {what} was refused: {}.", reasons.join("; "));
        Self { fields, ..Self::new(StatusCode::UNPROCESSABLE_ENTITY, "validation_failed", message) }
    }

    pub(crate) fn retry_after(self, retry_after: Option<u64>) -> Self {
        Self { retry_after, ..self }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut error = json!({"code": self.code, "message": self.message});
        if !self.fields.is_empty() {
            error["fields"] = json!(self.fields);
        }
        let mut response = (self.status, Json(json!({ "error": error }))).into_response();
        let headers = response.headers_mut();
        if let Some(seconds) = self.retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if self.status == StatusCode::UNAUTHORIZED
            && let Ok(challenge) = HeaderValue::from_str(&format!("Bearer error=\"{}\"", self.code))
        {
            headers.insert(header::WWW_AUTHENTICATE, challenge);
        }
        response
    }
}
