//! The partner system of the load harness: a source that always has one new record, and a target that counts.
//!
//! It does as little as an HTTP server can, so that what is measured is Throughline. It keeps, per external key, how
//! often a record was created, and when the first write arrived.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post, put};
use serde_json::{Value, json};

/// What the target knows about one external key.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Ids of the records that were created for it: one, if all is well.
    pub ids: Vec<u64>,
    /// When the first of them was created.
    pub first_write: Instant,
    /// The last status that was written.
    pub status: String,
    /// Updates.
    pub updates: u32,
}

/// The partner system; clones share it.
#[derive(Clone, Default)]
pub struct Ledger(Arc<Inner>);

#[derive(Default)]
struct Inner {
    next_id: AtomicU64,
    /// How long a created record is kept from the one who asked for it.
    pause: Duration,
    entries: Mutex<HashMap<String, Entry>>,
    keys: Mutex<HashMap<u64, String>>,
}

impl Ledger {
    /// Stores at once and answers a create only after `pause`, so that whoever is killed is killed in mid-write.
    pub fn hesitant(pause: Duration) -> Self {
        Self(Arc::new(Inner { pause, ..Inner::default() }))
    }

    /// Serves on a free loopback port.
    pub async fn serve(&self) -> anyhow::Result<SocketAddr> {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let app = Router::new()
            .route("/source", get(source))
            .route("/records", post(create))
            .route("/records/{id}", put(update).patch(update).get(read))
            .with_state(self.clone());
        #[allow(clippy::disallowed_methods, reason = "lives as long as the harness")]
        tokio::spawn(async move { axum::serve(listener, app).await });
        Ok(address)
    }

    /// What has been written, by external key.
    pub fn entries(&self) -> HashMap<String, Entry> {
        self.0.entries.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// How many external keys have a record.
    pub fn len(&self) -> usize {
        self.0.entries.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    /// Forgets everything.
    pub fn clear(&self) {
        self.0.entries.lock().unwrap_or_else(PoisonError::into_inner).clear();
        self.0.keys.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    fn created(&self, key: &str, status: String) -> u64 {
        let id = self.0.next_id.fetch_add(1, Ordering::Relaxed) + 1;
        let now = Instant::now();
        self.0.keys.lock().unwrap_or_else(PoisonError::into_inner).insert(id, key.to_owned());
        let mut entries = self.0.entries.lock().unwrap_or_else(PoisonError::into_inner);
        let entry = entries.entry(key.to_owned()).or_insert_with(|| Entry {
            ids: Vec::new(),
            first_write: now,
            status: String::new(),
            updates: 0,
        });
        entry.ids.push(id);
        entry.status = status;
        id
    }

    fn updated(&self, id: u64, status: &str) -> bool {
        let keys = self.0.keys.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(key) = keys.get(&id).cloned() else { return false };
        drop(keys);
        let mut entries = self.0.entries.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(entry) = entries.get_mut(&key) else { return false };
        entry.updates += 1;
        if !status.is_empty() {
            status.clone_into(&mut entry.status);
        }
        true
    }
}

/// One record that nobody has seen before; or, asked for an external key, the target's records that have it.
async fn source(State(ledger): State<Ledger>, Query(query): Query<HashMap<String, String>>) -> Response {
    if let Some(key) = query.get("external_id") {
        return found(&ledger, key);
    }
    let id = ledger.0.next_id.fetch_add(1, Ordering::Relaxed) + 1;
    let record = json!({
        "id": format!("S-{id}"), "title": "Disk low on db-01", "severity": "critical", "host": "db-01", "service": "postgres",
        "site": "sofia", "team": "storage", "summary": "4.2 % free on /var", "value": 4.2, "status": "firing",
        "runbook": "https://runbook.example.net/disk",
    });
    axum::Json(json!({ "records": [record] })).into_response()
}

fn found(ledger: &Ledger, key: &str) -> Response {
    let entries = ledger.0.entries.lock().unwrap_or_else(PoisonError::into_inner);
    let records: Vec<Value> = entries
        .get(key)
        .map(|entry| entry.ids.iter().map(|id| record(*id, key, &entry.status)).collect())
        .unwrap_or_default();
    axum::Json(json!({ "records": records })).into_response()
}

async fn create(State(ledger): State<Ledger>, body: Bytes) -> Response {
    let Ok(Value::Object(fields)) = serde_json::from_slice(&body) else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    let text = |name: &str| fields.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let key = text("external_id");
    let id = ledger.created(&key, text("status"));
    if !ledger.0.pause.is_zero() {
        tokio::time::sleep(ledger.0.pause).await;
    }
    (StatusCode::CREATED, axum::Json(record(id, &key, &text("status")))).into_response()
}

async fn update(State(ledger): State<Ledger>, Path(id): Path<u64>, body: Bytes) -> Response {
    let fields: Value = serde_json::from_slice(&body).unwrap_or_default();
    let status = fields["status"].as_str().unwrap_or_default();
    if !ledger.updated(id, status) {
        return StatusCode::NOT_FOUND.into_response();
    }
    axum::Json(json!({ "id": id, "status": status })).into_response()
}

async fn read(State(ledger): State<Ledger>, Path(id): Path<u64>) -> Response {
    let key = ledger.0.keys.lock().unwrap_or_else(PoisonError::into_inner).get(&id).cloned();
    key.map_or(StatusCode::NOT_FOUND.into_response(), |key| axum::Json(record(id, &key, "")).into_response())
}

fn record(id: u64, key: &str, status: &str) -> Value {
    json!({ "id": id, "external_id": key, "status": status })
}
