//! Redmine, seen with the eyes of an administrator.

use reqwest::Method;
use serde_json::{Value, json};
use throughline_testkit::eventually;

use super::{SOON, control, said};
use crate::support::Client;

/// Redmine, as its administrator uses it.
pub(crate) struct Redmine {
    http: reqwest::Client,
}

impl Redmine {
    pub(crate) fn new(client: &Client) -> Self {
        Self { http: client.http().clone() }
    }

    /// As a system, with that key.
    pub(crate) fn system(name: &str, key: &str) -> Value {
        json!({ "name": name, "connector": "redmine", "base_url": said("REDMINE_URL"), "settings": {},
                "credentials": { "api_key": key } })
    }

    /// Makes an issue.
    pub(crate) async fn open(&self, issue: Value) -> Value {
        self.ask(Method::POST, "/issues.json", Some(&json!({ "issue": issue }))).await["issue"].clone()
    }

    /// Changes an issue.
    pub(crate) async fn change(&self, id: &Value, issue: Value) {
        self.ask(Method::PUT, &format!("/issues/{id}.json"), Some(&json!({ "issue": issue }))).await;
    }

    /// Issues whose subject contains `text`, open and closed, in all projects.
    pub(crate) async fn issues(&self, text: &str) -> Vec<Value> {
        let path = format!("/issues.json?status_id=*&subject=~{text}&limit=100");
        self.ask(Method::GET, &path, None).await["issues"].as_array().unwrap().clone()
    }

    /// The one issue with `text` in its subject, once it satisfies `is`.
    pub(crate) async fn issue(&self, text: &str, is: impl Fn(&Value) -> bool) -> Value {
        eventually(&format!("the one issue of {text}"), SOON, || async {
            let found = self.issues(text).await;
            match found.as_slice() {
                [one] if is(one) => Ok(one.clone()),
                other => Err(other.to_vec()),
            }
        })
        .await
    }

    /// Notes of an issue, oldest first.
    pub(crate) async fn notes(&self, issue: &Value) -> Vec<String> {
        let shown =
            self.ask(Method::GET, &format!("/issues/{}.json?include=journals", issue["id"]), None).await;
        let journals = shown["issue"]["journals"].as_array().unwrap();
        let notes = journals.iter().filter_map(|journal| journal["notes"].as_str());
        notes.filter(|note| !note.is_empty()).map(str::to_owned).collect()
    }

    async fn ask(&self, method: Method, path: &str, body: Option<&Value>) -> Value {
        let mut request = self.http.request(method.clone(), format!("{}{path}", said("REDMINE_URL")));
        if let Some(body) = body {
            request = request.json(body);
        }
        let answer = request.header("x-redmine-api-key", said("REDMINE_ADMIN_KEY")).send().await.unwrap();
        let (status, text) = (answer.status(), answer.text().await.unwrap());
        assert!(status.is_success(), "{method} {path}: {status} {text}");
        serde_json::from_str(&text).unwrap_or_default()
    }
}

/// The value of a custom field.
pub(crate) fn custom<'i>(issue: &'i Value, name: &str) -> &'i Value {
    let fields = issue["custom_fields"].as_array().unwrap();
    &fields.iter().find(|field| field["name"] == name).expect("the custom field")["value"]
}

/// A second server in front of the same Redmine, which a test may stop without taking it away from others.
pub(crate) struct Spare {
    pub(crate) url: String,
}

impl Spare {
    /// Starts it, and waits until it answers.
    pub(crate) fn start() -> Self {
        let said = control("redmine", "spare-up", "REDMINE_FOLDER");
        let url = said.lines().find_map(|line| line.strip_prefix("REDMINE_SPARE_URL="));
        Self { url: url.expect("its address").to_owned() }
    }

    /// Ends its processes.
    pub(crate) fn stop(&self) {
        control("redmine", "spare-down", "REDMINE_FOLDER");
    }
}

impl Drop for Spare {
    fn drop(&mut self) {
        self.stop();
    }
}
