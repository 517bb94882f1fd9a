//! The REST API of the monitor.

use std::sync::Arc;

use axum::{
    Json,
    extract::{Path, Query, Request, State},
    http::StatusCode,
    middleware::Next,
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use serde_json::json;

use super::{
    Monitor,
    alert::{Alert, AlertChange, NewAlert, Status},
    query::ListQuery,
};
use crate::partners::{
    input::Input,
    problem::{FieldFault, Problem},
};

/// The only key.
const KEY: &str = "monitor-key";

/// Body of a new alert.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NewBody {
    alert: NewAlert,
}

/// Body of a change.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ChangeBody {
    alert: AlertChange,
}

type Answer = Result<Response, Problem>;

/// Lets requests with the key pass.
pub(super) async fn require_key(request: Request, next: Next) -> Response {
    match request.headers().get("x-monitor-key").map(|key| key.as_bytes()) {
        Some(key) if key == KEY.as_bytes() => next.run(request).await,
        Some(_) => Problem::unauthorized("bad_credentials", "This key is not known here.").into_response(),
        None => Problem::unauthorized("unauthenticated", "Send a key in X-Monitor-Key.").into_response(),
    }
}

pub(super) async fn me() -> Response {
    Json(json!({"product": "Playground Monitor", "version": "1.4", "account": "integration"})).into_response()
}

pub(super) async fn list(
    State(monitor): State<Arc<Monitor>>,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Answer {
    let query = ListQuery::read(&pairs)?;
    let state = monitor.state();
    let mut found: Vec<&Alert> = state.shelf.all().filter(|alert| query.wants(alert)).collect();
    found.sort_by(|a, b| (&a.updated_at, &a.id).cmp(&(&b.updated_at, &b.id)));
    let total = found.len();
    let alerts: Vec<_> =
        found.into_iter().skip((query.page - 1) * query.per_page).take(query.per_page).collect();
    let next_page = (query.page * query.per_page < total).then_some(query.page + 1);
    let answer = json!({"alerts": alerts, "page": query.page, "per_page": query.per_page, "total": total, "next_page": next_page});
    Ok(Json(answer).into_response())
}

pub(super) async fn read(State(monitor): State<Arc<Monitor>>, Path(id): Path<String>) -> Answer {
    let alert = monitor.state().shelf.get(&id).cloned();
    alert.map(|alert| shown(StatusCode::OK, &alert)).ok_or_else(|| unknown(&id))
}

pub(super) async fn raise(State(monitor): State<Arc<Monitor>>, Input(body): Input<NewBody>) -> Answer {
    let name = body.alert.labels.get("alertname").and_then(|name| name.as_str());
    if name.is_none_or(str::is_empty) {
        let fault =
            FieldFault { field: "labels.alertname".into(), code: "required", message: "is required".into() };
        return Err(Problem::validation("alert", vec![fault]));
    }
    Ok(shown(StatusCode::CREATED, &monitor.raise(body.alert)))
}

pub(super) async fn change(
    State(monitor): State<Arc<Monitor>>,
    Path(id): Path<String>,
    Input(body): Input<ChangeBody>,
) -> Answer {
    let alert = monitor.change(&id, body.alert).ok_or_else(|| unknown(&id))?;
    Ok(shown(StatusCode::OK, &alert))
}

pub(super) async fn resolve(State(monitor): State<Arc<Monitor>>, Path(id): Path<String>) -> Answer {
    let alert = monitor.turn(&id, Status::Resolved).ok_or_else(|| unknown(&id))?;
    Ok(shown(StatusCode::OK, &alert))
}

pub(super) async fn fire(State(monitor): State<Arc<Monitor>>, Path(id): Path<String>) -> Answer {
    let alert = monitor.turn(&id, Status::Firing).ok_or_else(|| unknown(&id))?;
    Ok(shown(StatusCode::OK, &alert))
}

fn unknown(id: &str) -> Problem {
    Problem::not_found(&format!("alert {id}"))
}

fn shown(status: StatusCode, alert: &Alert) -> Response {
    (status, Json(json!({ "alert": alert }))).into_response()
}
