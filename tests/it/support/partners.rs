//! The playground's monitor and desk, wired to a tenant.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};
use throughline_testkit::partners::{Playground, PlaygroundOptions};
use throughline_testkit::{builders, eventually};

use super::client::{Client, Published, SOON};

/// Both partners, and what a tenant knows of them.
pub(crate) struct Partners {
    pub(crate) playground: Playground,
    pub(crate) monitor: String,
    pub(crate) desk: String,
    http: reqwest::Client,
}

impl Partners {
    /// Starts both and makes a system of each.
    pub(crate) async fn start(client: &Client) -> Self {
        let playground = Playground::start(PlaygroundOptions::default()).await.unwrap();
        let monitor = client.system(&monitor(&playground.monitor_url())).await;
        let desk = client.system(&desk(&playground.desk_url(), "desk-secret")).await;
        Self { playground, monitor, desk, http: client.http().clone() }
    }

    /// The usual integration: a firing alert opens an incident, a resolved one closes it.
    pub(crate) fn document(&self) -> Value {
        builders::alerts_to_incidents(&self.monitor, &self.desk)
    }

    /// Publishes a document and points the monitor's webhook to it.
    pub(crate) async fn listen(&self, client: &Client, document: &Value) -> Published {
        let published = client.publish(document).await;
        let url = published.hook_url.as_ref().expect("the action listens");
        self.control(Method::POST, "/control/monitor/hooks", Some(&json!({ "url": url, "secret": null })))
            .await;
        published
    }

    /// A request to the control API that must succeed.
    pub(crate) async fn control(&self, method: Method, path: &str, body: Option<&Value>) -> Value {
        let mut request =
            self.http.request(method.clone(), format!("{}{path}", self.playground.control_url()));
        if let Some(body) = body {
            request = request.json(body);
        }
        let answer = request.send().await.unwrap();
        let (status, text) = (answer.status(), answer.text().await.unwrap());
        assert!(status.is_success(), "{method} {path}: {status} {text}");
        serde_json::from_str(&text).unwrap_or_default()
    }

    /// Raises an alert and gives its id.
    pub(crate) async fn raise(&self, name: &str, host: &str, severity: &str) -> String {
        let alert = builders::alert(name, host, severity);
        let raised = self.control(Method::POST, "/control/monitor/alerts", Some(&alert)).await;
        raised["alert"]["id"].as_str().unwrap().to_owned()
    }

    /// Clears an alert, or raises it again.
    pub(crate) async fn turn(&self, alert: &str, deed: &str) {
        self.control(Method::POST, &format!("/control/monitor/alerts/{alert}/{deed}"), Some(&json!({})))
            .await;
    }

    /// What the desk has for an external id.
    pub(crate) async fn incidents(&self, external_id: &str) -> Vec<Value> {
        let url = format!("{}/api/incidents?external_id={external_id}", self.playground.desk_url());
        let answer = self.http.get(url).header("x-desk-key", "desk-secret").send().await.unwrap();
        answer.json::<Value>().await.unwrap()["incidents"].as_array().cloned().unwrap_or_default()
    }

    /// The one incident for an external id, once it satisfies `is`.
    pub(crate) async fn incident(&self, external_id: &str, is: impl Fn(&Value) -> bool) -> Value {
        eventually(&format!("the incident of {external_id}"), SOON, || async {
            let found = self.incidents(external_id).await;
            match found.as_slice() {
                [one] if is(one) => Ok(one.clone()),
                other => Err(other.to_vec()),
            }
        })
        .await
    }

    /// What the desk counted.
    pub(crate) async fn counts(&self) -> Value {
        self.control(Method::GET, "/control/desk/counts", None).await
    }

    /// Breaks the desk.
    pub(crate) async fn break_desk(&self, fault: Value) {
        self.control(Method::PUT, "/control/desk/fault", Some(&fault)).await;
    }

    /// Mends the desk.
    pub(crate) async fn mend_desk(&self) {
        self.control(Method::DELETE, "/control/desk/fault", None).await;
    }
}

/// The monitor as a system.
pub(crate) fn monitor(base_url: &str) -> Value {
    json!({ "name": "Monitor", "connector": "playground-monitor", "base_url": base_url, "settings": {},
            "credentials": { "api_key": "monitor-key" } })
}

/// The desk as a system.
pub(crate) fn desk(base_url: &str, secret: &str) -> Value {
    json!({ "name": "Desk", "connector": "playground-desk", "base_url": base_url, "settings": {},
            "credentials": { "client_id": "integration", "client_secret": secret } })
}

/// A pause in which something that must not happen could.
pub(crate) async fn a_moment() {
    tokio::time::sleep(Duration::from_millis(700)).await;
}
