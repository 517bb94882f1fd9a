//! Icinga 2, seen with the eyes of its administrator.

use std::fs;

use reqwest::{Certificate, Method};
use serde_json::{Value, json};
use throughline_chassis::process::install_crypto_provider;

use super::said;

/// Icinga 2, as its administrator uses it.
pub(crate) struct Icinga {
    http: reqwest::Client,
}

impl Icinga {
    pub(crate) fn new() -> Self {
        install_crypto_provider();
        let authority = Certificate::from_pem(&fs::read(said("ICINGA_CA_FILE")).unwrap()).unwrap();
        #[allow(clippy::disallowed_methods, reason = "a test is no service")]
        let http = reqwest::Client::builder().tls_certs_only([authority]).build().unwrap();
        Self { http }
    }

    /// As a system, with that API user; both have the same password.
    pub(crate) fn system(name: &str, login: &str) -> Value {
        json!({ "name": name, "connector": "icinga2", "base_url": said("ICINGA_URL"),
                "settings": { "ca_certificate": Self::authority() },
                "credentials": { "username": login, "password": said("ICINGA_PASSWORD") } })
    }

    /// The certificate of its authority, as a form with one line takes it.
    pub(crate) fn authority() -> String {
        fs::read_to_string(said("ICINGA_CA_FILE")).unwrap().lines().collect()
    }

    /// Makes a host with one service, both of which are well.
    pub(crate) async fn watch(&self, host: &str, service: &str) {
        let attributes = json!({ "address": "192.0.2.7", "vars.team": "storage" });
        self.put(&format!("/v1/objects/hosts/{host}"), attributes).await;
        self.put(
            &format!("/v1/objects/services/{host}!{service}"),
            json!({ "display_name": "Disk of the database" }),
        )
        .await;
        self.check(host, service, 0, "DISK OK").await;
    }

    /// What a check of the service says: 0 is well, 1 a warning, 2 critical.
    pub(crate) async fn check(&self, host: &str, service: &str, status: u32, output: &str) {
        let result = json!({ "exit_status": status, "plugin_output": output });
        let path = format!("/v1/actions/process-check-result?service={host}!{service}");
        self.ask(Method::POST, &path, Some(&result)).await;
    }

    /// The attributes of a service.
    pub(crate) async fn service(&self, host: &str, service: &str) -> Value {
        let shown = self.ask(Method::GET, &format!("/v1/objects/services/{host}!{service}"), None).await;
        shown["results"][0]["attrs"].clone()
    }

    /// Texts of the comments on a service, oldest first.
    pub(crate) async fn comments(&self, host: &str) -> Vec<String> {
        let shown = self.ask(Method::GET, "/v1/objects/comments", None).await;
        let comments = shown["results"].as_array().unwrap().iter().map(|comment| &comment["attrs"]);
        let mut comments: Vec<_> = comments.filter(|comment| comment["host_name"] == host).collect();
        comments.sort_by(|one, other| {
            one["entry_time"].as_f64().unwrap().total_cmp(&other["entry_time"].as_f64().unwrap())
        });
        comments.into_iter().map(|comment| comment["text"].as_str().unwrap().to_owned()).collect()
    }

    async fn put(&self, path: &str, attributes: Value) {
        self.ask(Method::PUT, path, Some(&json!({ "templates": ["passive"], "attrs": attributes }))).await;
    }

    async fn ask(&self, method: Method, path: &str, body: Option<&Value>) -> Value {
        let mut request = self.http.request(method.clone(), format!("{}{path}", said("ICINGA_URL")));
        if let Some(body) = body {
            request = request.json(body);
        }
        let request = request.basic_auth(said("ICINGA_LOGIN"), Some(said("ICINGA_PASSWORD")));
        let answer = request.header("accept", "application/json").send().await.unwrap();
        let (status, text) = (answer.status(), answer.text().await.unwrap());
        assert!(status.is_success(), "{method} {path}: {status} {text}");
        serde_json::from_str(&text).unwrap()
    }
}
