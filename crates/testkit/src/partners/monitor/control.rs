//! The monitor's part of the control API.

use std::{sync::Arc, time::Duration};

use axum::{
    Json, Router,
    extract::State,
    routing::{get, post, put},
};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use tokio::time::sleep;

use super::{
    Monitor, NewAlert, api,
    auto::Auto,
    deliver::{Deliveries, Hook},
};
use crate::partners::input::Input;

/// Everything under `/control/monitor` that only the monitor has.
pub(crate) fn routes(monitor: Arc<Monitor>) -> Router {
    Router::new()
        .route("/control/monitor/hooks", get(hooks).post(add_hook).delete(remove_hooks))
        .route("/control/monitor/auto", put(auto))
        .route("/control/monitor/alerts", get(latest).post(api::raise))
        .route("/control/monitor/alerts/{id}/resolve", post(api::resolve))
        .route("/control/monitor/alerts/{id}/fire", post(api::fire))
        .route("/control/monitor/burst", post(burst))
        .route("/control/monitor/deliveries", get(deliveries))
        .with_state(monitor)
}

impl Monitor {
    /// What the overview shows.
    pub(crate) fn overview(&self) -> Value {
        let state = self.state();
        let auto = self.auto.borrow().clone();
        json!({"alerts": state.shelf.all().count(), "hooks": state.hooks, "auto": auto, "switches": self.gates.shown()})
    }

    /// Forgets everything, switches included.
    pub(crate) fn reset(&self) {
        self.auto.send_replace(Auto::default());
        let mut state = self.state();
        state.shelf.clear();
        state.hooks.clear();
        state.deliveries = Deliveries::default();
    }

    /// Changes what the monitor does on its own.
    pub(crate) fn set_auto(&self, auto: Auto) {
        self.auto.send_replace(auto);
    }
}

/// Many alerts, at once or at a pace.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Burst {
    count: usize,
    #[serde(default = "Burst::prefix")]
    prefix: String,
    #[serde(default)]
    per_second: Option<f64>,
}

impl Burst {
    fn prefix() -> String {
        "burst".to_owned()
    }

    fn alert(&self, n: usize) -> NewAlert {
        let mut labels = Map::new();
        labels.insert("alertname".into(), self.prefix.as_str().into());
        labels.insert("host".into(), format!("host-{n:06}").into());
        labels.insert("severity".into(), "warning".into());
        let mut annotations = Map::new();
        annotations.insert("summary".into(), format!("{} {n}", self.prefix).into());
        annotations.insert("description".into(), "One of many.".into());
        NewAlert { labels, annotations, value: None }
    }
}

async fn hooks(State(monitor): State<Arc<Monitor>>) -> Json<Value> {
    Json(json!({"hooks": monitor.state().hooks}))
}

async fn add_hook(State(monitor): State<Arc<Monitor>>, Input(hook): Input<Hook>) -> Json<Value> {
    let mut state = monitor.state();
    state.hooks.retain(|known| known.url != hook.url);
    state.hooks.push(hook);
    Json(json!({"hooks": state.hooks}))
}

async fn remove_hooks(State(monitor): State<Arc<Monitor>>) -> Json<Value> {
    monitor.state().hooks.clear();
    Json(json!({"hooks": []}))
}

async fn auto(State(monitor): State<Arc<Monitor>>, Input(auto): Input<Auto>) -> Json<Value> {
    monitor.set_auto(auto.clone());
    Json(json!(auto))
}

/// The newest alerts, for the page.
async fn latest(State(monitor): State<Arc<Monitor>>) -> Json<Value> {
    let state = monitor.state();
    let alerts: Vec<_> = state.shelf.all().rev().take(50).collect();
    Json(json!({ "alerts": alerts }))
}

async fn burst(State(monitor): State<Arc<Monitor>>, Input(burst): Input<Burst>) -> Json<Value> {
    let mut ids = Vec::with_capacity(burst.count);
    for n in 0..burst.count {
        ids.push(monitor.raise(burst.alert(n)).id);
        if let Some(rate) = burst.per_second.filter(|rate| *rate > 0.0) {
            sleep(Duration::from_secs_f64(1.0 / rate)).await;
        }
    }
    Json(json!({ "ids": ids }))
}

async fn deliveries(State(monitor): State<Arc<Monitor>>) -> Json<Value> {
    Json(json!(monitor.state().deliveries))
}
