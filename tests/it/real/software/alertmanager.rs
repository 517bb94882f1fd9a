//! Alertmanager, and the Prometheus that feeds it.

use std::fs::{self, File};
use std::path::PathBuf;

use reqwest::Method;
use serde_json::{Value, json};

use super::said;
use crate::support::Client;

/// Alertmanager, as its operator uses it.
pub(crate) struct Alertmanager {
    http: reqwest::Client,
}

/// A host whose alerts go to one webhook. When it is dropped, nothing of it is left in any file.
pub(crate) struct Watched {
    host: String,
}

impl Alertmanager {
    pub(crate) fn new(client: &Client) -> Self {
        Self { http: client.http().clone() }
    }

    /// As a system.
    pub(crate) fn system() -> Value {
        json!({ "name": "Alertmanager", "connector": "alertmanager", "base_url": said("ALERTMANAGER_URL"), "settings": {},
                "credentials": { "username": said("ALERTMANAGER_LOGIN"), "password": said("ALERTMANAGER_PASSWORD") } })
    }

    /// Sends the alerts of `host` to `url`, as an operator does: a receiver and a route in the configuration, then reload.
    pub(crate) async fn watch(&self, host: &str, url: &str) -> Watched {
        let _alone = alone();
        let watched = Watched { host: host.to_owned() };
        edit(&config(), |lines| {
            if !lines.iter().any(|line| line == "  routes:") {
                let after = lines.iter().position(|line| line.starts_with("route:")).expect("a route") + 1;
                lines.insert(after, "  routes:".to_owned());
            }
            let routes = lines.iter().position(|line| line == "  routes:").unwrap() + 1;
            lines.insert(routes, format!("    - {{receiver: {host}, matchers: ['host=\"{host}\"']}}"));
            lines.push(format!(
                "  - {{name: {host}, webhook_configs: [{{url: '{url}', send_resolved: true}}]}}"
            ));
        });
        self.ask(Method::POST, "/-/reload", None).await;
        watched
    }

    /// Raises alerts through the API.
    pub(crate) async fn raise(&self, alerts: &Value) {
        self.ask(Method::POST, "/api/v2/alerts", Some(alerts)).await;
    }

    async fn ask(&self, method: Method, path: &str, body: Option<&Value>) {
        let mut request = self
            .http
            .request(method, format!("{}{path}", said("ALERTMANAGER_URL")))
            .basic_auth(said("ALERTMANAGER_LOGIN"), Some(said("ALERTMANAGER_PASSWORD")));
        if let Some(body) = body {
            request = request.json(body);
        }
        let answer = request.send().await.unwrap();
        assert!(answer.status().is_success(), "{path}: {}", answer.text().await.unwrap());
    }
}

impl Watched {
    /// Sets what Prometheus measures on the host: below 10 its rule raises `DiskLow`.
    pub(crate) fn disk_free(&self, percent: u32) {
        let _alone = alone();
        edit(&metrics(), |lines| {
            self.forget(lines);
            let kind = lines.iter().position(|line| line.starts_with("# TYPE disk_free_percent"));
            let sample = format!("disk_free_percent{{host=\"{}\",mount=\"/\"}} {percent}", self.host);
            lines.insert(kind.expect("the metric") + 1, sample);
        });
    }

    fn forget(&self, lines: &mut Vec<String>) {
        lines.retain(|line| !line.contains(&self.host));
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        let _alone = alone();
        edit(&metrics(), |lines| self.forget(lines));
        edit(&config(), |lines| {
            self.forget(lines);
            if !lines.iter().any(|line| line.starts_with("    - {receiver:")) {
                lines.retain(|line| line != "  routes:");
            }
        });
    }
}

fn config() -> PathBuf {
    said("ALERTMANAGER_CONFIG_FILE").into()
}

fn metrics() -> PathBuf {
    said("ALERTMANAGER_METRICS_FILE").into()
}

/// Until it is dropped, no other test, nor another run of them, changes these files.
fn alone() -> File {
    let lock = File::options().read(true).write(true).open(config()).unwrap();
    lock.lock().unwrap();
    lock
}

/// Changes the lines of a file that others may be reading.
fn edit(file: &PathBuf, change: impl FnOnce(&mut Vec<String>)) {
    let mut lines: Vec<String> = fs::read_to_string(file).unwrap().lines().map(str::to_owned).collect();
    change(&mut lines);
    let text = lines.join("\n") + "\n";
    if *file == config() {
        // Read only when it is asked to reload; and whoever waits for the lock has opened this very file.
        fs::write(file, text).unwrap();
    } else {
        // Prometheus reads it every second, and must never see half of it.
        let new = file.with_extension("new");
        fs::write(&new, text).unwrap();
        fs::rename(&new, file).unwrap();
    }
}
