//! The desk's part of the control API.

use std::{collections::HashMap, sync::Arc};

use axum::{
    Json, Router,
    extract::{Path, Query, State},
    routing::{get, post, put},
};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{
    Desk, State as DeskState,
    accounts::{AccountChange, Accounts, Caller},
    book::Book,
    rules::Rules,
    writes::WriteLog,
};
use crate::partners::{input::Input, problem::Problem};

/// Everything under `/control/desk` that only the desk has.
pub(crate) fn routes(desk: Arc<Desk>) -> Router {
    Router::new()
        .route("/control/desk/writes", get(writes))
        .route("/control/desk/counts", get(counts))
        .route("/control/desk/incidents", get(latest).post(open))
        .route("/control/desk/incidents/{number}", post(edit))
        .route("/control/desk/tokens", put(token_life))
        .route("/control/desk/tokens/revoke", post(revoke))
        .route("/control/desk/accounts/{client_id}", put(account))
        .route("/control/desk/rules", put(rules))
        .with_state(desk)
}

impl Desk {
    /// What the overview shows.
    pub(crate) fn overview(&self) -> Value {
        let state = self.state();
        json!({"incidents": state.book.len(), "rules": state.rules, "switches": self.gates.shown()})
    }

    /// Forgets everything, switches included.
    pub(crate) fn reset(&self) {
        let state = &mut *self.state();
        let DeskState { book, writes, accounts, rules, ticker: _ } = state;
        *book = Book::default();
        *writes = WriteLog::default();
        *accounts = Accounts::default();
        *rules = Rules::default();
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct TokenLife {
    expires_in: i64,
}

async fn writes(State(desk): State<Arc<Desk>>, Query(query): Query<HashMap<String, String>>) -> Json<Value> {
    let external_id = query.get("external_id").map(String::as_str);
    Json(json!({"writes": desk.state().writes.of(external_id)}))
}

async fn counts(State(desk): State<Arc<Desk>>) -> Json<Value> {
    let state = desk.state();
    Json(state.writes.counts(state.book.len()))
}

/// The newest incidents, for the page.
async fn latest(State(desk): State<Arc<Desk>>) -> Json<Value> {
    let state = desk.state();
    let incidents: Vec<_> = state.book.all().rev().take(50).map(|incident| &incident.fields).collect();
    Json(json!({ "incidents": incidents }))
}

async fn open(
    State(desk): State<Arc<Desk>>,
    Input(given): Input<Map<String, Value>>,
) -> Result<Json<Value>, Problem> {
    let mut state = desk.state();
    let number = state.open(&given, &Caller::person(), &desk.control, true)?;
    Ok(Json(json!({"incident": state.find(&number)?.fields})))
}

async fn edit(
    State(desk): State<Arc<Desk>>,
    Path(number): Path<String>,
    Input(given): Input<Map<String, Value>>,
) -> Result<Json<Value>, Problem> {
    let mut state = desk.state();
    state.change(&number, &given, &Caller::person(), true)?;
    Ok(Json(json!({"incident": state.find(&number)?.fields})))
}

async fn token_life(State(desk): State<Arc<Desk>>, Input(life): Input<TokenLife>) -> Json<Value> {
    desk.state().accounts.set_token_life(life.expires_in);
    Json(json!({"expires_in": life.expires_in}))
}

async fn revoke(State(desk): State<Arc<Desk>>) -> Json<Value> {
    desk.state().accounts.revoke_all();
    Json(json!({"revoked": true}))
}

async fn account(
    State(desk): State<Arc<Desk>>,
    Path(client_id): Path<String>,
    Input(change): Input<AccountChange>,
) -> Result<Json<Value>, Problem> {
    let changed = desk.state().accounts.change(&client_id, change);
    changed.ok_or_else(|| Problem::not_found(&format!("account {client_id}")))?;
    Ok(Json(json!({"changed": client_id})))
}

async fn rules(State(desk): State<Arc<Desk>>, Input(rules): Input<Rules>) -> Json<Value> {
    desk.state().rules = rules.clone();
    Json(json!(rules))
}
