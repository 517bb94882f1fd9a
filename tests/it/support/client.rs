//! A client of the public API.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};
use throughline_testkit::eventually;

/// How long something in the ring may take before a test gives up. Generous: it only costs when something is broken.
pub(crate) const SOON: Duration = Duration::from_secs(45);

/// Speaks to one gateway with one token.
#[derive(Debug, Clone)]
pub(crate) struct Client {
    http: reqwest::Client,
    base: String,
    token: String,
}

/// A published, enabled integration.
#[derive(Debug, Clone)]
pub(crate) struct Published {
    pub(crate) id: String,
    /// Address of the first action's listener, if it listens.
    pub(crate) hook_url: Option<String>,
}

impl Client {
    pub(crate) fn new(base: String, token: String) -> Self {
        #[allow(clippy::disallowed_methods, reason = "a test is no service")]
        let http = reqwest::Client::builder().timeout(Duration::from_secs(30)).build().unwrap();
        Self { http, base, token }
    }

    /// The bare HTTP client.
    pub(crate) fn http(&self) -> &reqwest::Client {
        &self.http
    }

    /// Address of a path.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    /// A request, whatever the answer.
    pub(crate) async fn ask(&self, method: Method, path: &str, body: Option<&Value>) -> (u16, Value) {
        let mut request = self.http.request(method, self.url(path)).bearer_auth(&self.token);
        if let Some(body) = body {
            request = request.json(body);
        }
        let answer = request.send().await.unwrap();
        let status = answer.status().as_u16();
        let text = answer.text().await.unwrap();
        (status, serde_json::from_str(&text).unwrap_or(Value::String(text)))
    }

    /// A GET that must succeed.
    pub(crate) async fn get(&self, path: &str) -> Value {
        let (status, body) = self.ask(Method::GET, path, None).await;
        assert!((200..300).contains(&status), "GET {path}: {status} {body:#}");
        body
    }

    /// A POST that must succeed.
    pub(crate) async fn post(&self, path: &str, body: &Value) -> Value {
        let (status, answer) = self.ask(Method::POST, path, Some(body)).await;
        assert!((200..300).contains(&status), "POST {path}: {status} {answer:#}");
        answer
    }

    /// Makes a system and gives its id.
    pub(crate) async fn system(&self, system: &Value) -> String {
        self.post("/v1/systems", system).await["id"].as_str().unwrap().to_owned()
    }

    /// Makes, publishes and enables an integration.
    pub(crate) async fn publish(&self, document: &Value) -> Published {
        let made = self.post("/v1/integrations", &json!({ "document": document })).await;
        let id = made["id"].as_str().unwrap().to_owned();
        self.post(&format!("/v1/integrations/{id}/publish"), &json!({})).await;
        let enabled = self.post(&format!("/v1/integrations/{id}/enable"), &json!({})).await;
        let hook_url = enabled["actions"][0]["hook_url"].as_str().map(|url| self.here(url));
        Published { id, hook_url }
    }

    /// A listener's address begins with the configured public address; tests listen on another port.
    fn here(&self, url: &str) -> String {
        let path = url.find("/hooks/").map_or(url, |at| &url[at..]);
        self.url(path)
    }

    /// Starts an action and gives the run's id.
    pub(crate) async fn run_now(&self, integration: &str, action: &str) -> String {
        let path = format!("/v1/integrations/{integration}/actions/{action}/run");
        self.post(&path, &json!({})).await["run_id"].as_str().unwrap().to_owned()
    }

    /// Sends a webhook that must be accepted, and gives the run's id.
    pub(crate) async fn hook(&self, url: &str, event: &Value) -> String {
        let answer = self.http.post(url).json(event).send().await.unwrap();
        let status = answer.status();
        let body: Value = answer.json().await.unwrap();
        assert_eq!(status, 202, "{body:#}");
        body["run_id"].as_str().unwrap().to_owned()
    }

    /// The run, when it has ended.
    pub(crate) async fn ended(&self, run: &str) -> Value {
        let path = format!("/v1/runs/{run}");
        eventually(&format!("run {run} ends"), SOON, || async {
            let (status, body) = self.ask(Method::GET, &path, None).await;
            let state = body["status"].as_str().unwrap_or_default();
            let open = matches!(state, "queued" | "running" | "");
            if status == 200 && !open { Ok(body) } else { Err((status, body)) }
        })
        .await
    }

    /// The document of a phase that was captured.
    pub(crate) async fn phase(&self, run: &str, phase: &str) -> Value {
        self.get(&format!("/v1/runs/{run}/phases/{phase}")).await["document"].clone()
    }

    /// The records of a run.
    pub(crate) async fn records(&self, run: &str) -> Vec<Value> {
        self.get(&format!("/v1/runs/{run}/records")).await["items"].as_array().unwrap().clone()
    }
}
