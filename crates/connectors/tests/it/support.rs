//! A server that answers as a test says and remembers what it was asked, and connections to it.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::response::Response;
use secrecy::SecretString;
use serde_json::{Value, json};
use throughline_connectors::{Connection, Egress, EgressConfig, HttpRetry, Manifest, Recorder, SystemConfig};
use throughline_domain::{Clock, SystemClock, SystemId};
use throughline_mask::Masker;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

/// What the server was asked.
#[derive(Debug, Clone)]
pub struct Asked {
    pub method: String,
    pub path: String,
    pub query: String,
    pub headers: BTreeMap<String, String>,
    pub body: String,
}

impl Asked {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_default()
    }

    pub fn line(&self) -> String {
        let query = if self.query.is_empty() { String::new() } else { format!("?{}", self.query) };
        format!("{} {}{query}", self.method, self.path)
    }

    pub fn parameter(&self, name: &str) -> Option<String> {
        url::form_urlencoded::parse(self.query.as_bytes())
            .find(|(n, _)| n == name)
            .map(|(_, value)| value.into_owned())
    }
}

type Answering = Arc<dyn Fn(usize, &Asked) -> Response + Send + Sync>;

#[derive(Clone)]
pub struct Server {
    pub address: SocketAddr,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Server {
    /// Answers the n-th request (from 0) with `answering(n, request)`.
    pub async fn start(answering: impl Fn(usize, &Asked) -> Response + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let server = Self { address: listener.local_addr().unwrap(), asked: Arc::default() };
        let answering: Answering = Arc::new(answering);
        let app = Router::new().fallback(answer).with_state((server.clone(), answering));
        tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        server
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }

    pub fn count(&self) -> usize {
        self.asked().len()
    }
}

async fn answer(State((server, answering)): State<(Server, Answering)>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let bytes = axum::body::to_bytes(body, 1 << 24).await.unwrap();
    let headers =
        parts.headers.iter().map(|(n, v)| (n.to_string(), v.to_str().unwrap_or_default().to_owned()));
    let asked = Asked {
        method: parts.method.to_string(),
        path: parts.uri.path().to_owned(),
        query: parts.uri.query().unwrap_or_default().to_owned(),
        headers: headers.collect(),
        body: String::from_utf8_lossy(&bytes).into_owned(),
    };
    let n = {
        let mut list = server.asked.lock().unwrap();
        list.push(asked.clone());
        list.len() - 1
    };
    answering(n, &asked)
}

/// A server that reads one request, writes these bytes, and closes, again and again.
pub async fn raw_server(answer: &'static [u8], linger: Duration) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let mut request = [0; 4096];
                let _ = stream.read(&mut request).await;
                let _ = stream.write_all(answer).await;
                tokio::time::sleep(linger).await;
            });
        }
    });
    address
}

pub fn answer_with(status: u16, headers: &[(&str, &str)], body: impl Into<Body>) -> Response {
    let mut response = Response::builder().status(status);
    for (name, value) in headers {
        response = response.header(*name, *value);
    }
    response.body(body.into()).unwrap()
}

pub fn json_answer(status: u16, body: &Value) -> Response {
    answer_with(status, &[("content-type", "application/json")], Bytes::from(body.to_string()))
}

/// Limits that make tests quick.
pub fn egress() -> Egress {
    egress_with(|_| {})
}

pub fn egress_with(change: impl FnOnce(&mut EgressConfig)) -> Egress {
    let mut config = EgressConfig {
        allow: vec!["127.0.0.1/32".parse().unwrap()],
        connect_timeout: Duration::from_secs(2),
        read_timeout: Duration::from_millis(500),
        total_timeout: Duration::from_millis(1500),
        max_body_bytes: 1024 * 1024,
        ..EgressConfig::default()
    };
    change(&mut config);
    Egress::new(config).unwrap()
}

pub fn quick_retry() -> HttpRetry {
    HttpRetry { attempts: 3, base: Duration::from_millis(5), cap: Duration::from_millis(1200) }
}

/// A manifest with everything that the tests need.
pub const SIMPLE: &str = r#"
name: simple
title: Simple
status: simulated
authentication:
  - name: key
    title: Key
    credentials: [{name: key, title: Key, required: true}]
    scheme: {header: {name: X-Simple-Key, value: "{{ credentials.key }}"}}
test: {request: {path: /me}, identity: "{{ body.name }}"}
errors:
  fields: {each: /fields, field: "{{ item.field }}", required: "item.code == 'required'"}
entities:
  item:
    label: Item
    key: "{{ raw.id }}"
    version: "{{ raw.changed | timestamp }}"
    changed_at: changed
    read:
      request: {path: /items}
      select: items
      paging: {offset: {parameter: offset, size: limit, total: "{{ body.total }}"}}
      push_down:
        name: {eq: {query: {name: "{{ value }}"}}}
        state: {in: {query: {state: "{{ value | join(',') }}"}}}
        changed: {gte: {query: {since: "{{ value }}"}}, gt: {query: {since: "{{ value }}"}, exact: false}}
      order: [{field: changed, query: {sort: changed}}]
    get: {request: {path: "/items/{{ key }}"}}
    create: {request: {method: POST, path: /items, body: "{{ fields }}"}}
    update: {request: {method: PATCH, path: "/items/{{ key }}", body: "{{ fields }}"}}
"#;

pub const SECRET: &str = "planted/secret+4711";

pub fn manifest(yaml: &str) -> Arc<Manifest> {
    Arc::new(Manifest::load(yaml).unwrap())
}

pub fn system(base_url: &str, settings: Value, credentials: &[(&str, &str)]) -> SystemConfig {
    SystemConfig {
        id: SystemId::new(SystemClock.now()),
        base_url: base_url.to_owned(),
        settings,
        credentials: credentials
            .iter()
            .map(|(name, value)| ((*name).to_owned(), SecretString::from(*value)))
            .collect(),
    }
}

/// A connection by the simple manifest.
pub fn simple(base_url: &str) -> Connection {
    simple_through(base_url, egress())
}

pub fn simple_through(base_url: &str, egress: Egress) -> Connection {
    let system = system(base_url, json!({}), &[("key", SECRET)]);
    Connection::new(manifest(SIMPLE), system, egress).unwrap().with_retry(quick_retry())
}

pub fn recorder(connection: &Connection) -> Recorder {
    Recorder::new(Masker::new(b"tag key", &connection.secrets(), &[]))
}

pub fn map(value: Value) -> serde_json::Map<String, Value> {
    value.as_object().unwrap().clone()
}
