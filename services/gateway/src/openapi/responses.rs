//! Answers: the good ones that an operation declares, and every problem that follows from what it is.

use std::collections::BTreeMap;

use utoipa::PartialSchema;
use utoipa::openapi::content::ContentBuilder;
use utoipa::openapi::header::HeaderBuilder;
use utoipa::openapi::response::{Response, ResponseBuilder};
use utoipa::openapi::{Ref, RefOr};

use super::doc::{Answered, Doc};
use crate::operation::{Access, Operation};
use crate::problem::ProblemCode as P;

/// Every answer of an operation, by status.
pub(super) fn all(operation: &Operation, doc: &Doc) -> BTreeMap<String, RefOr<Response>> {
    let mut all: BTreeMap<String, RefOr<Response>> =
        doc.answers.iter().map(|answer| (answer.status.to_string(), good(answer).into())).collect();
    let mut by_status: BTreeMap<u16, Vec<P>> = BTreeMap::new();
    for code in problems(operation, doc) {
        by_status.entry(code.status().as_u16()).or_default().push(code);
    }
    for (status, codes) in by_status {
        all.insert(status.to_string(), bad(&codes).into());
    }
    all
}

fn good(answer: &Answered) -> Response {
    let mut response = ResponseBuilder::new().description(answer.about);
    if let Some(schema) = &answer.schema {
        let content = ContentBuilder::new().schema(Some(schema.clone())).example(answer.example.clone());
        response = response.content(answer.media, content.build());
    }
    if answer.tagged {
        let about = "The version, for `If-Match`.";
        response = response.header(
            "ETag",
            HeaderBuilder::new().schema(Some(String::schema())).description(Some(about)).build(),
        );
    }
    response.build()
}

fn bad(codes: &[P]) -> Response {
    let lines: Vec<_> = codes.iter().map(|code| format!("`{code}`: {}.", code.title())).collect();
    let content = ContentBuilder::new()
        .schema(Some(RefOr::<utoipa::openapi::Schema>::Ref(Ref::from_schema_name("Problem"))));
    let first = codes.first().copied().unwrap_or(P::InternalFault);
    let example = serde_json::json!({
        "type": format!("/docs/problems/{first}"), "title": first.title(), "status": first.status().as_u16(),
        "detail": "What happened this time.", "code": first.as_str(),
    });
    ResponseBuilder::new()
        .description(lines.join(" "))
        .content("application/problem+json", content.example(Some(example)).build())
        .build()
}

fn problems(operation: &Operation, doc: &Doc) -> Vec<P> {
    let mut codes = doc.problems.clone();
    codes.push(P::InternalFault);
    if operation.access != Access::Public {
        codes.extend([P::TokenMissing, P::TokenInvalid, P::TokenExpired, P::DatabaseUnavailable]);
    }
    if matches!(operation.access, Access::Needs(_)) {
        codes.push(P::RoleNotSufficient);
    }
    if operation.path.starts_with("/v1") && operation.path.contains('{') {
        codes.extend([P::InvalidParameter, P::NotFound]);
    }
    if !doc.query.is_empty() {
        codes.push(P::InvalidParameter);
    }
    if doc.query.iter().any(|param| param.name == "cursor") {
        codes.push(P::InvalidCursor);
    }
    if doc.body.is_some() {
        codes.extend([
            P::MalformedJson,
            P::InvalidEncoding,
            P::JsonTooDeep,
            P::BodyTooLarge,
            P::UnsupportedMediaType,
        ]);
    }
    if doc.body.is_some() && operation.path.starts_with("/v1") {
        codes.extend([P::InvalidBody, P::ValueNotStorable]);
    }
    if operation.remembers_answers() {
        codes.extend([P::IdempotencyKeyReused, P::IdempotencyInProgress]);
    }
    codes.sort_unstable();
    codes.dedup();
    codes
}
