//! A client of the public API: what a tenant would do by hand before the load begins.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context, ensure};
use reqwest::{Client, Method};
use serde_json::{Value, json};

use super::stack::Stack;

/// A logged-in client.
#[derive(Debug, Clone)]
pub struct Api {
    /// The HTTP client, for other uses too.
    pub http: Client,
    base: String,
    token: String,
}

/// A published, enabled integration of the ledger with itself.
#[derive(Debug, Clone)]
pub struct Wired {
    /// The integration.
    pub id: String,
    /// Address of the listener.
    pub hook_url: String,
}

impl Api {
    /// Uses the token that the stack made.
    pub fn of(stack: &Stack) -> anyhow::Result<Self> {
        let _ = rustls::crypto::ring::default_provider().install_default();
        #[allow(clippy::disallowed_methods, reason = "the harness is no service")]
        let http = Client::builder().timeout(Duration::from_secs(30)).pool_max_idle_per_host(256).build()?;
        let (base, token) = (stack.text("/gateway_url")?.to_owned(), stack.text("/api_token")?.to_owned());
        Ok(Self { http, base, token })
    }

    /// A request that must succeed.
    pub async fn call(&self, method: Method, path: &str, body: Option<&Value>) -> anyhow::Result<Value> {
        let mut request =
            self.http.request(method.clone(), format!("{}{path}", self.base)).bearer_auth(&self.token);
        if let Some(body) = body {
            request = request.json(body);
        }
        let answer = request.send().await?;
        let (status, text) = (answer.status(), answer.text().await?);
        ensure!(status.is_success(), "{method} {path}: {status} {text}");
        if text.is_empty() {
            Ok(Value::Null)
        } else {
            serde_json::from_str(&text).context("the answer is no JSON")
        }
    }

    /// Connects the ledger to itself: webhook → record (W2), and a read of one record → record (W1).
    pub async fn wire(&self, ledger: SocketAddr, name: &str) -> anyhow::Result<Wired> {
        let system = self.call(Method::POST, "/v1/systems", Some(&system(ledger, name))).await?;
        let system = system["id"].as_str().context("the system has no id")?.to_owned();
        let document = json!({ "document": document(&system, name) });
        let made = self.call(Method::POST, "/v1/integrations", Some(&document)).await?;
        let id = made["id"].as_str().context("the integration has no id")?.to_owned();
        self.call(Method::POST, &format!("/v1/integrations/{id}/publish"), Some(&json!({}))).await?;
        let enabled =
            self.call(Method::POST, &format!("/v1/integrations/{id}/enable"), Some(&json!({}))).await?;
        let hook_url =
            enabled["actions"][0]["hook_url"].as_str().context("the listener has no address")?.to_owned();
        Ok(Wired { id, hook_url })
    }

    /// Sets what is collected of HTTP exchanges and payloads.
    pub async fn collect(&self, http: &str, payload: bool) -> anyhow::Result<()> {
        let mut settings = self.call(Method::GET, "/v1/settings", None).await?;
        settings["capture"] = json!({ "http": http, "http_until": null, "payload": payload });
        if let Some(settings) = settings.as_object_mut() {
            settings.remove("defaults");
        }
        self.call(Method::PUT, "/v1/settings", Some(&settings)).await?;
        Ok(())
    }
}

fn system(ledger: SocketAddr, name: &str) -> Value {
    json!({
        "name": name, "connector": "http", "base_url": format!("http://{ledger}"),
        "settings": {
            "listen_select": "", "key": "id", "changed_at": "",
            "read_path": "/source", "read_select": "records",
            "record_path": "/records", "create_path": "/records", "update_path": "/records",
            "search_parameter": "external_id",
        },
        "credentials": {},
    })
}

/// Ten mapped fields, as in the workloads that peers were measured with.
fn map() -> Value {
    json!([
        { "target": "external_id", "copy": "id" },
        { "target": "subject", "template": "[{{ severity }}] {{ title }}" },
        { "target": "status", "value_map": { "from": "status", "values": { "firing": "open", "resolved": "closed" }, "default": "open" } },
        { "target": "priority", "value_map": { "from": "severity", "values": { "critical": 1, "warning": 2 }, "default": 3 } },
        { "target": "host", "copy": "host" },
        { "target": "service", "copy": "service" },
        { "target": "site", "expression": "site | upper" },
        { "target": "team", "copy": "team" },
        { "target": "description", "template": "{{ summary }}\n\nRunbook: {{ runbook }}" },
        { "target": "source", "constant": "load" },
    ])
}

fn document(system: &str, name: &str) -> Value {
    let side = json!({ "system": system, "entity": "record" });
    let action = |key: &str, trigger: Value| json!({ "key": key, "name": key, "direction": "forward", "trigger": trigger, "map": map(), "write": "upsert" });
    json!({
        "name": name, "description": "Made by the load harness.",
        "source": side, "target": side,
        "correlation": { "target_field": "external_id" },
        "actions": [action("listen", json!({ "kind": "listen" })), action("read", json!({ "kind": "manual" }))],
    })
}
