//! A small system over HTTP that is both source and target: `/items` lists, `/tickets` takes.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::routing::{get, patch, post};
use axum::{Json, Router};
use serde_json::{Value, json};

/// What the next writes of a record (by its `title`) meet.
#[derive(Debug, Clone)]
pub(crate) enum Mood {
    /// The answer has this status, and nothing is stored.
    Refuse(u16, Value),
    /// The record is stored, and the answer has this status.
    StoreAndAnswer(u16),
    /// The record is stored, and the answer takes this long.
    StoreSlowly(Duration),
}

#[derive(Debug, Default)]
pub(crate) struct Stored {
    pub(crate) tickets: BTreeMap<u64, Value>,
    pub(crate) items: Vec<Value>,
    pub(crate) moods: BTreeMap<String, Vec<Mood>>,
    pub(crate) creates: u32,
    pub(crate) updates: u32,
    pub(crate) searches: u32,
    pub(crate) source_away: bool,
    /// Put into every answer: a system that repeats secrets.
    pub(crate) echo: Option<String>,
    pub(crate) asked: Vec<String>,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Partner(Arc<Mutex<Stored>>);

type Answered = (StatusCode, Json<Value>);

impl Partner {
    /// Listens on a free port of the loopback.
    pub(crate) async fn start() -> (Self, SocketAddr) {
        let partner = Self::default();
        let router = Router::new()
            .route("/items", get(items))
            .route("/tickets", post(create).get(search))
            .route("/tickets/{id}", patch(update))
            .with_state(partner.clone());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        #[allow(clippy::disallowed_methods, reason = "ends with the test")]
        tokio::spawn(async move { axum::serve(listener, router).await });
        (partner, address)
    }

    pub(crate) fn look(&self) -> MutexGuard<'_, Stored> {
        self.0.lock().unwrap()
    }

    pub(crate) fn titles(&self) -> Vec<String> {
        self.look().tickets.values().map(|ticket| ticket["title"].as_str().unwrap().to_owned()).collect()
    }

    pub(crate) fn will(&self, title: &str, moods: &[Mood]) {
        self.look().moods.insert(title.to_owned(), moods.to_vec());
    }

    fn mood(&self, fields: &Value) -> Option<Mood> {
        let title = fields["title"].as_str().unwrap_or_default();
        let mut stored = self.look();
        let moods = stored.moods.get_mut(title)?;
        if moods.is_empty() { None } else { Some(moods.remove(0)) }
    }

    fn store(&self, id: Option<u64>, fields: &Value) -> Value {
        let mut stored = self.look();
        let id = id.unwrap_or_else(|| stored.tickets.len() as u64 + 1);
        let mut ticket = stored.tickets.remove(&id).unwrap_or_else(|| json!({ "id": id.to_string() }));
        for (name, value) in fields.as_object().unwrap() {
            ticket[name] = value.clone();
        }
        if let Some(echo) = &stored.echo {
            ticket["echo"] = json!(echo);
        }
        stored.tickets.insert(id, ticket.clone());
        ticket
    }

    async fn write(&self, id: Option<u64>, fields: Value) -> Answered {
        match self.mood(&fields) {
            Some(Mood::Refuse(status, body)) => (StatusCode::from_u16(status).unwrap(), Json(body)),
            Some(Mood::StoreAndAnswer(status)) => {
                self.store(id, &fields);
                (StatusCode::from_u16(status).unwrap(), Json(json!({ "message": "something broke" })))
            }
            Some(Mood::StoreSlowly(pause)) => {
                let ticket = self.store(id, &fields);
                tokio::time::sleep(pause).await;
                (StatusCode::CREATED, Json(ticket))
            }
            None => (StatusCode::CREATED, Json(self.store(id, &fields))),
        }
    }
}

async fn items(
    State(partner): State<Partner>,
    Query(query): Query<BTreeMap<String, String>>,
    headers: HeaderMap,
) -> Answered {
    let mut stored = partner.look();
    stored.asked.push(query.get("since").cloned().unwrap_or_default());
    if stored.source_away {
        let said = headers.get("x-api-key").and_then(|key| key.to_str().ok()).unwrap_or_default();
        let message = format!("the key {said} met a closed shop");
        return (StatusCode::SERVICE_UNAVAILABLE, Json(json!({ "message": message })));
    }
    (StatusCode::OK, Json(json!(stored.items)))
}

async fn search(State(partner): State<Partner>, Query(query): Query<BTreeMap<String, String>>) -> Answered {
    let mut stored = partner.look();
    stored.searches += 1;
    let wanted = query.get("ref").map(|wanted| json!(wanted));
    let found: Vec<_> =
        stored.tickets.values().filter(|ticket| Some(&ticket["external_id"]) == wanted.as_ref()).collect();
    (StatusCode::OK, Json(json!(found)))
}

async fn create(State(partner): State<Partner>, Json(fields): Json<Value>) -> Answered {
    partner.look().creates += 1;
    partner.write(None, fields).await
}

async fn update(State(partner): State<Partner>, Path(id): Path<u64>, Json(fields): Json<Value>) -> Answered {
    let known = {
        let mut stored = partner.look();
        stored.updates += 1;
        stored.tickets.contains_key(&id)
    };
    if !known {
        return (StatusCode::NOT_FOUND, Json(json!({ "message": "no such ticket" })));
    }
    partner.write(Some(id), fields).await
}
