//! Judging answers: accepted, or refused for a reason that is told to the tenant.

use serde_json::Value;
use throughline_domain::ErrorCode;

use super::Connection;
use super::answer::{Reply, header_map};
use super::call::asked_to_wait;
use super::operation::Operation;
use crate::egress::{Answer, Request, Trouble, host_of};
use crate::failure::Failure;
use crate::manifest::{ErrorRule, FieldErrors};
use crate::selector::Selector;
use crate::template::Scope;

/// A field that the system named, and where in the answer.
struct NamedField {
    field: Option<String>,
    pointer: String,
    required: bool,
}

impl Connection {
    /// The accepted answer, or why it is none.
    pub(super) fn judge(
        &self,
        answer: Answer,
        request: &Request,
        scope: &Scope,
        operation: Operation,
    ) -> Result<Reply, Failure> {
        let success = (200..300).contains(&answer.status);
        let body = if success {
            self.read_json(&answer, operation)?
        } else {
            serde_json::from_slice(&answer.body).unwrap_or_default()
        };
        if success && !self.manifest.errors.rules.iter().any(|rule| rule.any_status) {
            return Ok(Reply { answer, body });
        }
        let scope = self.error_scope(&answer, &body, scope, operation);
        match self.rule(&scope, success) {
            Some(rule) if rule.accept => Ok(Reply { answer, body }),
            None if success => Ok(Reply { answer, body }),
            rule => Err(self.refused(&answer, &body, request, &scope, operation, rule)),
        }
    }

    /// No answer at all.
    pub(super) fn unreachable(&self, trouble: &Trouble, operation: Operation) -> Failure {
        let message = format!("{}: {}.", self.manifest.title, trouble.message);
        let unknown = operation.writes() && trouble.reached;
        Failure::new(trouble.kind.code(), message).at(trouble.exchange.clone()).unknown(unknown)
    }

    fn refused(
        &self,
        answer: &Answer,
        body: &Value,
        request: &Request,
        scope: &Scope,
        operation: Operation,
        rule: Option<&ErrorRule>,
    ) -> Failure {
        let named = self.named_fields(body, request, scope);
        let code = rule.and_then(|rule| rule.code).unwrap_or_else(|| code_of(answer.status, operation));
        let all_required = !named.is_empty() && named.iter().all(|named| named.required);
        let code = if code == ErrorCode::ValueRefused && all_required {
            ErrorCode::RequiredFieldMissing
        } else {
            code
        };
        let told = rule.and_then(|rule| rule.message.as_ref()?.render_some(scope).ok()?);
        let message =
            told.unwrap_or_else(|| self.explain(code, answer, request, &self.said(answer, body, scope)));
        let about = rule.and_then(|rule| rule.field.as_ref()?.render_some(scope).ok()?);
        let first = named.into_iter().next();
        let done = operation.writes() && answer.status >= 500 && asked_to_wait(answer).is_none();
        Failure {
            exchange: Some(answer.exchange.clone()),
            pointer: first.as_ref().map(|named| named.pointer.clone()),
            field: about.or_else(|| first.and_then(|named| named.field)),
            retry_after: asked_to_wait(answer),
            ..Failure::new(code, message).unknown(done)
        }
    }

    /// What error tables see.
    fn error_scope(&self, answer: &Answer, body: &Value, scope: &Scope, operation: Operation) -> Scope {
        let text = String::from_utf8_lossy(&answer.body);
        scope
            .with("status", &answer.status)
            .with("body", body)
            .with("text", text.as_ref())
            .with("headers", &header_map(&answer.headers))
            .with("operation", operation.as_str())
    }

    fn rule(&self, scope: &Scope, success: bool) -> Option<&ErrorRule> {
        let rules = self.manifest.errors.rules.iter().filter(|rule| rule.any_status || !success);
        rules.into_iter().find(|rule| rule.when.holds(scope).unwrap_or(false))
    }

    /// What the system itself says: as the manifest knows, or in one of the usual places.
    fn said(&self, answer: &Answer, body: &Value, scope: &Scope) -> String {
        let stated = self.manifest.errors.message.as_ref().and_then(|text| text.render_some(scope).ok()?);
        let text = stated.or_else(|| usual_message(body)).or_else(|| plain_text(answer)).unwrap_or_default();
        shorten(text.trim().trim_end_matches('.'))
    }

    fn explain(&self, code: ErrorCode, answer: &Answer, request: &Request, said: &str) -> String {
        let title = &self.manifest.title;
        let status = answer.status;
        let place = format!("{} {}{}", request.method, host_of(&request.url), request.url.path());
        let (what, advice) = match code {
            ErrorCode::CredentialsRefused => {
                (format!("{title} did not accept the credentials"), "Enter valid credentials for the system")
            }
            ErrorCode::TokenRefused => {
                (format!("{title} gave no access token"), "Check the client's id and secret")
            }
            ErrorCode::PermissionDenied => {
                (format!("{title} denied {place}"), "Give the account the right that is missing")
            }
            ErrorCode::EndpointNotFound => {
                (format!("{title} has nothing at {place}"), "Check the system's address and settings")
            }
            ErrorCode::LinkedRecordMissing => {
                (format!("{title} has no such record any more ({place})"), "It may have been deleted there")
            }
            ErrorCode::WriteConflict => {
                (format!("{title} reports that the record was changed meanwhile"), "It will be tried again")
            }
            ErrorCode::RateLimited => (format!("{title} asks to slow down"), "It will be tried again later"),
            ErrorCode::RequestTimedOut | ErrorCode::ServerError => (
                format!("{title} failed on {place}"),
                "It will be tried again; if it stays, look at the system itself",
            ),
            ErrorCode::RequiredFieldMissing => {
                (format!("{title} wants a field that was not sent"), "Map the field")
            }
            ErrorCode::ValueRefused => (format!("{title} refused a value"), "Correct the field map"),
            ErrorCode::RedirectRefused => {
                (format!("{title} redirects {place} without saying where"), "Correct the system's address")
            }
            _ => (format!("{title} answered {place} unexpectedly"), "Look at the exchange"),
        };
        let said = if said.is_empty() { String::new() } else { format!(": {said}") };
        format!("{what} (HTTP {status}){said}. {advice}.")
    }

    fn named_fields(&self, body: &Value, request: &Request, scope: &Scope) -> Vec<NamedField> {
        let Some(table) = &self.manifest.errors.fields else { return Vec::new() };
        let Ok(each) = table.each.parse::<Selector>();
        let Some(Value::Array(items)) = each.find(body) else { return Vec::new() };
        let sent: Value =
            request.body.as_ref().and_then(|body| serde_json::from_slice(body).ok()).unwrap_or_default();
        let named = items.iter().enumerate().filter_map(|(at, item)| {
            let scope = scope.with("item", item);
            let name = name_in(table, item, &scope);
            let field = name.map(|name| self.path_of(table, &name));
            let blank =
                table.required.as_ref().is_some_and(|required| required.holds(&scope).unwrap_or(false));
            // Some systems call a value blank that they do not accept.
            let required = blank && !field.as_ref().is_some_and(|field| was_sent(&sent, field));
            (field.is_some() || required).then(|| NamedField {
                field,
                pointer: format!("{}/{at}", each.pointer()),
                required,
            })
        });
        named.collect()
    }

    /// The field path for a name that the system uses: as the manifest says, or the field with this label.
    fn path_of(&self, table: &FieldErrors, name: &str) -> String {
        let labelled = || {
            let schemas = self.manifest.entities.keys().filter_map(|entity| self.known_schema(entity));
            schemas.into_iter().find_map(|schema| {
                schema
                    .fields
                    .iter()
                    .find(|field| field.label.eq_ignore_ascii_case(name))
                    .map(|field| field.path.clone())
            })
        };
        table.names.get(name).cloned().or_else(labelled).unwrap_or_else(|| name.to_owned())
    }
}

/// Whether a member of this name was sent, with something in it.
fn was_sent(document: &Value, field: &str) -> bool {
    let Value::Object(members) = document else { return false };
    let filled = |value: &Value| !value.is_null() && value.as_str() != Some("");
    members.get(field).is_some_and(filled) || members.values().any(|inner| was_sent(inner, field))
}

fn name_in(table: &FieldErrors, item: &Value, scope: &Scope) -> Option<String> {
    if let Some(name) = table.field.as_ref().and_then(|field| field.render_some(scope).ok()?) {
        return Some(name);
    }
    let found = table.pattern.as_ref()?.captures(item.as_str()?)?;
    found.name("field").map(|name| name.as_str().to_owned())
}

/// What a status means when the manifest does not say more.
const fn code_of(status: u16, operation: Operation) -> ErrorCode {
    match (status, operation) {
        (400 | 401 | 403, Operation::Token) => ErrorCode::TokenRefused,
        (401, _) => ErrorCode::CredentialsRefused,
        (403, _) => ErrorCode::PermissionDenied,
        (404 | 410, Operation::Update | Operation::Get) => ErrorCode::LinkedRecordMissing,
        (404 | 405 | 410, _) => ErrorCode::EndpointNotFound,
        (408, _) => ErrorCode::RequestTimedOut,
        (409 | 412, _) => ErrorCode::WriteConflict,
        (429, _) => ErrorCode::RateLimited,
        (400..=499, _) => ErrorCode::ValueRefused,
        (300..=399, _) => ErrorCode::RedirectRefused,
        (500..=599, _) => ErrorCode::ServerError,
        _ => ErrorCode::AnswerNotUnderstood,
    }
}

/// Where most systems put their message.
fn usual_message(body: &Value) -> Option<String> {
    let places = [
        "/error/message",
        "/message",
        "/error_description",
        "/detail",
        "/error",
        "/errors/0/message",
        "/errors/0",
        "/title",
        "",
    ];
    places
        .iter()
        .find_map(|place| body.pointer(place)?.as_str())
        .map(str::to_owned)
        .filter(|text| !text.is_empty())
}

fn plain_text(answer: &Answer) -> Option<String> {
    let plain = answer.header("content-type").is_some_and(|kind| kind.starts_with("text/plain"));
    if plain { Some(String::from_utf8_lossy(&answer.body).into_owned()) } else { None }
}

fn shorten(text: &str) -> String {
    const LONGEST: usize = 500;
    if text.len() <= LONGEST {
        return text.to_owned();
    }
    format!("{}…", &text[..text.floor_char_boundary(LONGEST)])
}
