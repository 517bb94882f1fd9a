//! The control listener: pages for people, switches for tests.

use std::{net::SocketAddr, sync::Arc};

use axum::{
    Json, Router,
    extract::State,
    response::Html,
    routing::{get, post, put},
};
use serde_json::{Value, json};

use super::{
    desk::{self, Desk},
    fault::Fault,
    gates::Gates,
    input::Input,
    limit::RateLimit,
    monitor::{self, Monitor},
    page::OVERVIEW,
};

/// Both partners and where they listen.
#[derive(Debug, Clone)]
pub(super) struct Both {
    pub(super) monitor: Arc<Monitor>,
    pub(super) desk: Arc<Desk>,
    pub(super) monitor_address: SocketAddr,
    pub(super) desk_address: SocketAddr,
}

/// Everything on the control listener.
pub(super) fn router(both: Both) -> Router {
    Router::new()
        .route("/", get(|| async { Html(OVERVIEW) }))
        .route("/control", get(overview))
        .route("/control/reset", post(reset))
        .with_state(both.clone())
        .merge(switches("monitor", &both.monitor.gates))
        .merge(switches("desk", &both.desk.gates))
        .merge(monitor::control::routes(Arc::clone(&both.monitor)))
        .merge(desk::control::routes(Arc::clone(&both.desk)))
        .merge(
            Router::new().route("/monitor/alerts/{id}", get(monitor::page::alert)).with_state(both.monitor),
        )
        .merge(
            Router::new().route("/desk/incidents/{number}", get(desk::page::incident)).with_state(both.desk),
        )
}

/// The switches that both partners have.
fn switches(partner: &str, gates: &Arc<Gates>) -> Router {
    Router::new()
        .route(&format!("/control/{partner}/fault"), put(set_fault).delete(clear_fault))
        .route(&format!("/control/{partner}/rate-limit"), put(set_limit).delete(clear_limit))
        .with_state(Arc::clone(gates))
}

async fn overview(State(both): State<Both>) -> Json<Value> {
    let mut monitor = both.monitor.overview();
    let mut desk = both.desk.overview();
    monitor["address"] = json!(format!("http://{}", both.monitor_address));
    desk["address"] = json!(format!("http://{}", both.desk_address));
    Json(json!({"monitor": monitor, "desk": desk}))
}

async fn reset(State(both): State<Both>) -> Json<Value> {
    for gates in [&both.monitor.gates, &both.desk.gates] {
        gates.set_fault(None);
        gates.set_limit(None);
    }
    both.monitor.reset();
    both.desk.reset();
    Json(json!({"reset": true}))
}

async fn set_fault(State(gates): State<Arc<Gates>>, Input(fault): Input<Fault>) -> Json<Value> {
    gates.set_fault(Some(fault));
    Json(gates.shown())
}

async fn clear_fault(State(gates): State<Arc<Gates>>) -> Json<Value> {
    gates.set_fault(None);
    Json(gates.shown())
}

async fn set_limit(State(gates): State<Arc<Gates>>, Input(limit): Input<RateLimit>) -> Json<Value> {
    gates.set_limit(Some(limit));
    Json(gates.shown())
}

async fn clear_limit(State(gates): State<Arc<Gates>>) -> Json<Value> {
    gates.set_limit(None);
    Json(gates.shown())
}
