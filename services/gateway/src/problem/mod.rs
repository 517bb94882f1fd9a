//! Saying no: RFC 9457 problems, and nothing else.
//!
//! What a user reads ([`Problem::detail`], a [`UserText`]) and what an operator reads ([`OperatorContext`], logged once,
//! never sent) are different types, so that one cannot slip into the other.

mod causes;
mod code;
mod wire;

pub use code::ProblemCode;
pub(crate) use wire::{FieldFault, WireProblem};

use std::borrow::Cow;
use std::fmt;

use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderName, HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE};
use actix_web::{HttpResponse, ResponseError};

/// Words for the person or program that made the request.
pub(crate) type UserText = Cow<'static, str>;

/// What happened inside, for the log only.
#[derive(Debug)]
pub(crate) struct OperatorContext(pub(crate) anyhow::Error);

/// Why a request is refused.
#[derive(Debug)]
pub(crate) struct Problem(Box<Inner>);

#[derive(Debug)]
struct Inner {
    code: ProblemCode,
    detail: UserText,
    errors: Vec<FieldFault>,
    headers: Vec<(HeaderName, HeaderValue)>,
    context: Option<OperatorContext>,
}

/// Shorthand for answers of handlers.
pub(crate) type Answer<T> = Result<T, Problem>;

impl Problem {
    /// A problem that says `detail`.
    pub(crate) fn new(code: ProblemCode, detail: impl Into<UserText>) -> Self {
        let problem = Self(Box::new(Inner {
            code,
            detail: detail.into(),
            errors: Vec::new(),
            headers: Vec::new(),
            context: None,
        }));
        match code {
            ProblemCode::TokenMissing => problem.header(WWW_AUTHENTICATE, "Bearer realm=\"throughline\""),
            ProblemCode::TokenInvalid => {
                problem.header(WWW_AUTHENTICATE, "Bearer realm=\"throughline\", error=\"invalid_token\"")
            }
            ProblemCode::TokenExpired => problem.header(
                WWW_AUTHENTICATE,
                "Bearer realm=\"throughline\", error=\"invalid_token\", error_description=\"expired\"",
            ),
            code if code.status() == StatusCode::SERVICE_UNAVAILABLE => problem.retry_after(5),
            _ => problem,
        }
    }

    /// A fault of ours; `context` says what, to operators.
    pub(crate) fn internal(context: impl Into<anyhow::Error>) -> Self {
        Self::new(
            ProblemCode::InternalFault,
            "The request could not be answered because of a fault of the service. It has been logged; quote the request id.",
        )
        .because(context)
    }

    /// No such thing in this tenant; `what` as in "There is no … with this id."
    pub(crate) fn not_found(what: &str) -> Self {
        Self::new(ProblemCode::NotFound, format!("There is no {what} with this id."))
    }

    /// A body whose field at `pointer` is wrong.
    pub(crate) fn field(pointer: impl Into<String>, code: &'static str, detail: impl Into<String>) -> Self {
        let fault = FieldFault { pointer: pointer.into(), code: code.into(), detail: detail.into() };
        Self::fields(vec![fault])
    }

    /// A body with these faults.
    pub(crate) fn fields(errors: Vec<FieldFault>) -> Self {
        let detail = match errors.as_slice() {
            [one] if one.pointer.is_empty() => one.detail.clone(),
            [one] => format!("{}: {}", one.pointer, one.detail),
            many => format!("{} fields are not valid.", many.len()),
        };
        Self::new(ProblemCode::InvalidBody, detail).with_errors(errors)
    }

    /// The same problem, with what is wrong where.
    pub(crate) fn with_errors(mut self, errors: Vec<FieldFault>) -> Self {
        self.0.errors = errors;
        self
    }

    /// The same problem, with what operators should know.
    pub(crate) fn because(mut self, context: impl Into<anyhow::Error>) -> Self {
        self.0.context = Some(OperatorContext(context.into()));
        self
    }

    /// The same problem; try again after so many seconds.
    pub(crate) fn retry_after(mut self, seconds: u64) -> Self {
        self.0.headers.retain(|(name, _)| name != RETRY_AFTER);
        self.0.headers.push((RETRY_AFTER, HeaderValue::from(seconds.max(1))));
        self
    }

    /// The same problem with a header.
    pub(crate) fn header(mut self, name: HeaderName, value: &str) -> Self {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.0.headers.push((name, value));
        }
        self
    }

    /// What is wrong where.
    #[cfg(test)]
    pub(crate) fn errors(&self) -> &[FieldFault] {
        &self.0.errors
    }

    /// The stable code.
    pub(crate) fn code(&self) -> ProblemCode {
        self.0.code
    }

    /// What happened inside, if anything.
    pub(crate) fn context(&self) -> Option<&OperatorContext> {
        self.0.context.as_ref()
    }

    /// As it is sent; `instance` names this one occurrence.
    pub(crate) fn to_response(&self, instance: Option<String>) -> HttpResponse {
        let mut response = HttpResponse::build(self.0.code.status());
        for (name, value) in &self.0.headers {
            response.insert_header((name.clone(), value.clone()));
        }
        let body = WireProblem {
            kind: format!("/docs/problems/{}", self.0.code),
            title: self.0.code.title().to_owned(),
            status: self.0.code.status().as_u16(),
            detail: self.0.detail.to_string(),
            code: self.0.code.as_str().to_owned(),
            instance,
            errors: self.0.errors.clone(),
        };
        response.content_type(wire::CONTENT_TYPE).body(serde_json::to_string(&body).unwrap_or_default())
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.0.code, self.0.detail)
    }
}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        self.0.code.status()
    }

    fn error_response(&self) -> HttpResponse {
        self.to_response(None)
    }
}
