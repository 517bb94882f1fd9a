//! Is the process alive, and may it be given work?

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::json;

use crate::Service;

mod server;

pub use server::serve;

/// The health of one process; clones share it.
#[derive(Debug, Clone)]
pub struct Health(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    service: Service,
    /// What is not well, by component.
    failing: Mutex<BTreeMap<String, String>>,
}

/// One thing whose health is reported: a loop, a connection.
#[derive(Debug, Clone)]
pub struct Component {
    name: String,
    health: Health,
}

/// What a health path answers.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The JSON body.
    pub body: serde_json::Value,
}

impl Health {
    /// Of `service`, with nothing to report yet.
    pub fn new(service: Service) -> Self {
        Self(Arc::new(Inner { service, failing: Mutex::default() }))
    }

    /// Adds a component, which counts as well until it says otherwise.
    pub fn component(&self, name: impl Into<String>) -> Component {
        Component { name: name.into(), health: self.clone() }
    }

    /// Says that the process is ending: no longer ready.
    pub fn draining(&self) {
        self.component("process").failing("is shutting down");
    }

    /// What is not well, as `(component, reason)`. Empty: ready.
    pub fn failing(&self) -> Vec<(String, String)> {
        self.with_failing(|failing| failing.iter().map(|(name, why)| (name.clone(), why.clone())).collect())
    }

    /// The answer to `GET path`; `None` for other paths than `/healthz`, `/readyz` and `/version`.
    pub fn answer(&self, path: &str) -> Option<Answer> {
        match path {
            "/healthz" => Some(Answer { status: 200, body: json!({"status": "alive"}) }),
            "/readyz" => Some(self.readiness()),
            "/version" => Some(self.version()),
            _ => None,
        }
    }

    fn readiness(&self) -> Answer {
        let failing = self.failing();
        if failing.is_empty() {
            return Answer { status: 200, body: json!({"status": "ready"}) };
        }
        let list =
            failing.iter().map(|(component, reason)| json!({"component": component, "reason": reason}));
        Answer { status: 503, body: json!({"status": "not_ready", "failing": list.collect::<Vec<_>>()}) }
    }

    fn version(&self) -> Answer {
        let body = json!({"service": self.0.service.full_name(), "version": env!("CARGO_PKG_VERSION")});
        Answer { status: 200, body }
    }

    fn with_failing<T>(&self, use_it: impl FnOnce(&mut BTreeMap<String, String>) -> T) -> T {
        use_it(&mut self.0.failing.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Component {
    /// It works.
    pub fn well(&self) {
        self.health.with_failing(|failing| failing.remove(&self.name));
    }

    /// It does not, for this reason (for operators; no secrets).
    pub fn failing(&self, reason: impl Into<String>) {
        self.health.with_failing(|failing| failing.insert(self.name.clone(), reason.into()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failing_component_makes_the_process_not_ready_until_it_is_well() {
        let health = Health::new(Service::Sink);
        let store = health.component("store");
        assert_eq!(health.answer("/readyz").unwrap().status, 200);
        store.failing("no connection");
        let answer = health.answer("/readyz").unwrap();
        assert_eq!(answer.status, 503);
        assert_eq!(answer.body["failing"][0], json!({"component": "store", "reason": "no connection"}));
        assert_eq!(health.answer("/healthz").unwrap().status, 200);
        store.well();
        assert_eq!(health.answer("/readyz").unwrap().status, 200);
        assert_eq!(health.answer("/elsewhere"), None);
    }
}
