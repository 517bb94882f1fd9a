//! Is the process alive, and may it be given work?

use std::sync::Arc;

use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::Service;

/// The health of one process; clones share it.
#[derive(Debug, Clone)]
pub struct Health(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    service: Service,
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
        Self(Arc::new(Inner { service }))
    }

    /// Adds a component, which counts as well until it says otherwise.
    pub fn component(&self, name: impl Into<String>) -> Component {
        Component { name: name.into(), health: self.clone() }
    }

    /// Says that the process is ending: no longer ready.
    pub fn draining(&self) {
        todo!()
    }

    /// What is not well, as `(component, reason)`. Empty: ready.
    pub fn failing(&self) -> Vec<(String, String)> {
        todo!()
    }

    /// The answer to `GET path`; `None` for other paths than `/healthz`, `/readyz` and `/version`.
    pub fn answer(&self, path: &str) -> Option<Answer> {
        let _ = (path, self.0.service);
        todo!()
    }
}

impl Component {
    /// It works.
    pub fn well(&self) {
        todo!()
    }

    /// It does not, for this reason (for operators; no secrets).
    pub fn failing(&self, reason: impl Into<String>) {
        let _ = (&self.name, &self.health, reason.into());
        todo!()
    }
}

/// Serves the health paths until `shutdown`; for services without an HTTP server of their own.
pub async fn serve(listener: TcpListener, health: Health, shutdown: CancellationToken) -> std::io::Result<()> {
    let _ = (listener, health, shutdown);
    todo!()
}
