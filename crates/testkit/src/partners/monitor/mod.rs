//! The monitor: alerts that are raised and cleared, by API and on its own, and webhooks about them.

mod alert;
mod api;
mod auto;
pub(super) mod control;
mod deliver;
mod keepsake;
pub(super) mod page;
mod query;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::{
    Router, middleware,
    routing::{get, post},
};
use tokio::sync::watch;

pub use self::{alert::NewAlert, auto::Auto, deliver::Hook};
use self::{
    alert::{Alert, AlertChange, Shelf, Status},
    deliver::{Courier, Deliveries},
};
use super::{clock::Ticker, gates::Gates, problem::Problem};

/// The monitor.
#[derive(Debug)]
pub(crate) struct Monitor {
    pub(super) gates: Arc<Gates>,
    auto: watch::Sender<Auto>,
    courier: Courier,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    shelf: Shelf,
    hooks: Vec<Hook>,
    deliveries: Deliveries,
}

impl Monitor {
    pub(super) fn new(control: String, ticker: Ticker) -> Arc<Self> {
        let state = State {
            shelf: Shelf::new(control, ticker),
            hooks: Vec::new(),
            deliveries: Deliveries::default(),
        };
        let auto = watch::Sender::new(Auto::default());
        Arc::new(Self { gates: Arc::default(), auto, courier: Courier::new(), state: Mutex::new(state) })
    }

    /// Everything under the monitor's own address.
    pub(super) fn router(self: &Arc<Self>) -> Router {
        let api = Router::new()
            .route("/api/me", get(api::me))
            .route("/api/alerts", get(api::list).post(api::raise))
            .route("/api/alerts/{id}", get(api::read).patch(api::change))
            .route("/api/alerts/{id}/resolve", post(api::resolve))
            .route("/api/alerts/{id}/fire", post(api::fire))
            .layer(middleware::from_fn(api::require_key))
            .fallback(|| async { Problem::not_found("such path") })
            .with_state(Arc::clone(self));
        self.gates.guard(api)
    }

    fn raise(self: &Arc<Self>, new: NewAlert) -> Alert {
        let alert = self.state().shelf.raise(new);
        self.announce("alert.raised", &alert);
        alert
    }

    fn turn(self: &Arc<Self>, id: &str, status: Status) -> Option<Alert> {
        let alert = self.state().shelf.turn(id, status)?;
        let event = if status == Status::Firing { "alert.raised" } else { "alert.resolved" };
        self.announce(event, &alert);
        Some(alert)
    }

    fn change(self: &Arc<Self>, id: &str, change: AlertChange) -> Option<Alert> {
        let alert = self.state().shelf.change(id, change)?;
        self.announce("alert.changed", &alert);
        Some(alert)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
