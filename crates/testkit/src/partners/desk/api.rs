//! The REST API of the desk.

use std::sync::Arc;

use axum::{
    Extension, Json,
    extract::{Path, Query, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{
    Desk, State as DeskState,
    accounts::{Caller, Role},
    book::Incident,
    fields::{self, FIELDS},
    query::ListQuery,
    writes::Write,
};
use crate::partners::{breakage::Unanswered, input::Input, problem::Problem};

/// The project that exists but is closed to everybody.
const CLOSED_PROJECT: &str = "secret";

/// Body of create and update.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct IncidentBody {
    incident: Map<String, Value>,
}

/// Body of a new comment.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CommentBody {
    comment: NewComment,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct NewComment {
    text: String,
    #[serde(default)]
    internal: bool,
}

type Answer = Result<Response, Problem>;
type Lost = Option<Extension<Unanswered>>;

pub(super) async fn me(State(desk): State<Arc<Desk>>, headers: HeaderMap) -> Answer {
    let caller = desk.state().accounts.caller(&headers)?;
    let me = json!({"product": "Playground Desk", "version": "2.1", "account": caller.account, "role": caller.role});
    Ok(Json(me).into_response())
}

pub(super) async fn projects(State(desk): State<Arc<Desk>>, headers: HeaderMap) -> Answer {
    desk.state().accounts.caller(&headers)?;
    let open = fields::projects().iter().filter(|(id, _)| *id != CLOSED_PROJECT);
    let projects: Vec<_> = open.map(|(id, name)| json!({"id": id, "name": name})).collect();
    Ok(Json(json!({ "projects": projects })).into_response())
}

pub(super) async fn fields(State(desk): State<Arc<Desk>>, headers: HeaderMap) -> Answer {
    let state = desk.state();
    state.accounts.caller(&headers)?;
    let fields: Vec<_> = FIELDS.iter().map(|field| field.described(state.rules.requires(field))).collect();
    Ok(Json(json!({ "fields": fields })).into_response())
}

pub(super) async fn list(
    State(desk): State<Arc<Desk>>,
    Query(pairs): Query<Vec<(String, String)>>,
    headers: HeaderMap,
) -> Answer {
    let state = desk.state();
    state.accounts.caller(&headers)?;
    let query = ListQuery::read(&pairs)?;
    let (found, total) = state.book.list(&query);
    let incidents: Vec<_> = found.into_iter().map(|incident| &incident.fields).collect();
    let answer =
        json!({"incidents": incidents, "total": total, "offset": query.offset, "limit": query.limit});
    Ok(Json(answer).into_response())
}

pub(super) async fn read(
    State(desk): State<Arc<Desk>>,
    Path(number): Path<String>,
    headers: HeaderMap,
) -> Answer {
    let state = desk.state();
    state.accounts.caller(&headers)?;
    state.find(&number).map(|incident| shown(StatusCode::OK, incident))
}

pub(super) async fn create(
    State(desk): State<Arc<Desk>>,
    headers: HeaderMap,
    lost: Lost,
    Input(body): Input<IncidentBody>,
) -> Answer {
    let mut state = desk.state();
    let caller = state.writer(&headers)?;
    let number = state.open(&body.incident, &caller, &desk.control, lost.is_none())?;
    state.find(&number).map(|incident| shown(StatusCode::CREATED, incident))
}

pub(super) async fn update(
    State(desk): State<Arc<Desk>>,
    Path(number): Path<String>,
    headers: HeaderMap,
    lost: Lost,
    Input(body): Input<IncidentBody>,
) -> Answer {
    let mut state = desk.state();
    let caller = state.writer(&headers)?;
    require_version(&headers, state.find(&number)?)?;
    state.change(&number, &body.incident, &caller, lost.is_none())?;
    state.find(&number).map(|incident| shown(StatusCode::OK, incident))
}

pub(super) async fn comments(
    State(desk): State<Arc<Desk>>,
    Path(number): Path<String>,
    headers: HeaderMap,
) -> Answer {
    let state = desk.state();
    state.accounts.caller(&headers)?;
    let comments = &state.find(&number)?.comments;
    Ok(Json(json!({ "comments": comments })).into_response())
}

pub(super) async fn comment(
    State(desk): State<Arc<Desk>>,
    Path(number): Path<String>,
    headers: HeaderMap,
    lost: Lost,
    Input(body): Input<CommentBody>,
) -> Answer {
    let mut state = desk.state();
    let caller = state.writer(&headers)?;
    state.find(&number)?;
    let at = state.ticker.tick();
    let mut added = None;
    state.book.change(&number, |incident| {
        added = Some(incident.comment(&body.comment.text, body.comment.internal, &caller.account, &at));
        incident.apply(&Map::new(), &caller.account, &at);
    });
    state.log("comment", &number, &caller, lost.is_none());
    Ok((StatusCode::CREATED, Json(json!({ "comment": added }))).into_response())
}

impl DeskState {
    pub(super) fn find(&self, number: &str) -> Result<&Incident, Problem> {
        self.book.get(number).ok_or_else(|| Problem::not_found(&format!("incident {number}")))
    }

    /// Opens an incident under the rules and answers its number.
    pub(super) fn open(
        &mut self,
        given: &Map<String, Value>,
        caller: &Caller,
        control: &str,
        answered: bool,
    ) -> Result<String, Problem> {
        refuse(self.rules.check_new(given))?;
        if given.get("project_id").is_some_and(|project| project == CLOSED_PROJECT) {
            let message =
                format!("The account {} has no access to the project {CLOSED_PROJECT}.", caller.account);
            return Err(Problem::forbidden("forbidden_project", message));
        }
        let at = self.ticker.tick();
        let incident = self.book.open(given, &caller.account, &at, control);
        let number = incident.text("number").unwrap_or_default().to_owned();
        self.log("create", &number, caller, answered);
        Ok(number)
    }

    /// Changes an incident under the rules.
    pub(super) fn change(
        &mut self,
        number: &str,
        given: &Map<String, Value>,
        caller: &Caller,
        answered: bool,
    ) -> Result<(), Problem> {
        refuse(self.rules.check_change(given, &self.find(number)?.fields))?;
        let at = self.ticker.tick();
        self.book.change(number, |incident| incident.apply(given, &caller.account, &at));
        self.log("update", number, caller, answered);
        Ok(())
    }

    fn writer(&self, headers: &HeaderMap) -> Result<Caller, Problem> {
        let caller = self.accounts.caller(headers)?;
        caller.require_write().map(|()| caller)
    }

    fn log(&mut self, operation: &str, number: &str, caller: &Caller, answered: bool) {
        let Some(incident) = self.book.get(number) else { return };
        self.writes.push(Write {
            seq: 0,
            at: incident.text("updated_at").unwrap_or_default().to_owned(),
            operation: operation.to_owned(),
            number: number.to_owned(),
            external_id: incident.text("external_id").map(str::to_owned),
            account: caller.account.clone(),
            answered,
        });
    }
}

impl Caller {
    /// A person who works at the desk itself.
    pub(super) fn person() -> Self {
        Self { account: fields::PEOPLE[0].to_owned(), role: Role::Agent }
    }
}

fn refuse(faults: Vec<crate::partners::problem::FieldFault>) -> Result<(), Problem> {
    if faults.is_empty() { Ok(()) } else { Err(Problem::validation("incident", faults)) }
}

fn require_version(headers: &HeaderMap, incident: &Incident) -> Result<(), Problem> {
    let wanted = headers.get(header::IF_MATCH).and_then(|value| value.to_str().ok());
    if wanted.is_none_or(|wanted| wanted == "*" || wanted.trim_matches('"') == incident.version().to_string())
    {
        return Ok(());
    }
    let message = format!("Somebody else changed it: it is at version {}.", incident.version());
    Err(Problem::new(StatusCode::CONFLICT, "conflict", message))
}

fn shown(status: StatusCode, incident: &Incident) -> Response {
    let mut response = (status, Json(json!({"incident": incident.fields}))).into_response();
    let etag = HeaderValue::from_str(&format!("\"{}\"", incident.version()));
    let number = incident.text("number").unwrap_or_default();
    let location = HeaderValue::from_str(&format!("/api/incidents/{number}"));
    if let (Ok(etag), Ok(location)) = (etag, location) {
        response.headers_mut().insert(header::ETAG, etag);
        response.headers_mut().insert(header::LOCATION, location);
    }
    response
}
