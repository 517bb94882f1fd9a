//! Every refusal leaves as a problem, whoever made it, and its context is logged once.

use actix_web::body::BoxBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::http::header::CONTENT_TYPE;
use actix_web::middleware::Next;
use actix_web::{Error, HttpResponse};

use super::trace::RequestId;
use crate::problem::{OperatorContext, Problem, ProblemCode};
use actix_web::HttpMessage;

/// Makes problems of refusals.
pub(crate) async fn explain(
    request: ServiceRequest,
    next: Next<BoxBody>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let response = next.call(request).await?;
    if response.status().as_u16() < 400 {
        return Ok(response);
    }
    let instance = instance(&response);
    let Some(explained) = explained(response.response(), response.request().path(), instance) else {
        return Ok(response);
    };
    Ok(response.into_response(explained))
}

/// The answer as a problem; `None` when it is something on purpose, such as what `/readyz` says.
fn explained(response: &HttpResponse, path: &str, instance: String) -> Option<HttpResponse> {
    if let Some(problem) = response.error().and_then(|error| error.as_error::<Problem>()) {
        if let Some(OperatorContext(context)) = problem.context() {
            tracing::error!(problem.code = %problem.code(), error = format!("{context:#}"), "the request failed");
        }
        return Some(problem.to_response(Some(instance)));
    }
    if response.headers().contains_key(CONTENT_TYPE) && response.error().is_none() {
        return None;
    }
    let problem = of_status(response.status(), path, response.error());
    if let Some(OperatorContext(context)) = problem.context() {
        tracing::error!(problem.code = %problem.code(), error = format!("{context:#}"), "the request failed");
    }
    Some(problem.to_response(Some(instance)))
}

/// What the web framework itself refuses.
fn of_status(status: StatusCode, path: &str, error: Option<&Error>) -> Problem {
    match status {
        StatusCode::NOT_FOUND => {
            let path: String = path.escape_debug().take(120).collect();
            Problem::new(
                ProblemCode::RouteNotFound,
                format!("`{path}` is no address of this service; see /docs."),
            )
        }
        StatusCode::METHOD_NOT_ALLOWED => {
            Problem::new(ProblemCode::MethodNotAllowed, "See /docs for what it takes.")
        }
        StatusCode::PAYLOAD_TOO_LARGE => Problem::new(ProblemCode::BodyTooLarge, "Send less at a time."),
        status if status.is_client_error() => {
            Problem::new(ProblemCode::MalformedRequest, "The request breaks a rule of HTTP.")
        }
        status => {
            let cause = error.map_or_else(|| "no error given".to_owned(), ToString::to_string);
            Problem::internal(anyhow::anyhow!("answered {status}: {cause}"))
        }
    }
}

fn instance(response: &ServiceResponse<BoxBody>) -> String {
    let id = response.request().extensions().get::<RequestId>().map(|id| id.0.clone()).unwrap_or_default();
    format!("urn:throughline:request:{id}")
}
