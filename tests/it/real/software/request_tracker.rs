//! Request Tracker, seen with the eyes of its administrator.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use reqwest::Method;
use serde_json::{Value, json};
use throughline_testkit::eventually;

use super::{SOON, control, said};
use crate::support::Client;

/// Request Tracker, as its administrator uses it.
pub(crate) struct RequestTracker {
    http: reqwest::Client,
}

/// What a ticket is asked for.
const FIELDS: &str = "Queue,Subject,Status,Priority,Owner,Creator,LastUpdated,CustomFields";

impl RequestTracker {
    pub(crate) fn new(client: &Client) -> Self {
        Self { http: client.http().clone() }
    }

    /// As a system, with that token of an account whose time zone is UTC, or is not.
    pub(crate) fn system(name: &str, token: &str, account_in_utc: bool) -> Value {
        json!({ "name": name, "connector": "request-tracker", "base_url": said("RT_URL"),
                "settings": { "account_in_utc": account_in_utc }, "credentials": { "token": token } })
    }

    /// Makes a ticket, and gives its number.
    pub(crate) async fn open(&self, ticket: Value) -> String {
        let made = self.ask(Method::POST, "/ticket", &[], Some(&ticket)).await;
        made["id"].as_str().unwrap().to_owned()
    }

    /// Changes a ticket.
    pub(crate) async fn change(&self, id: &str, ticket: Value) {
        self.ask(Method::PUT, &format!("/ticket/{id}"), &[], Some(&ticket)).await;
    }

    /// Tickets whose subject contains `text`, in all queues; `%` stands for any text.
    pub(crate) async fn tickets(&self, text: &str) -> Vec<Value> {
        self.found(&format!("Subject LIKE '{text}'")).await
    }

    /// The ticket with this number.
    pub(crate) async fn numbered(&self, id: &str) -> Value {
        self.found(&format!("id = {id}")).await.remove(0)
    }

    async fn found(&self, query: &str) -> Vec<Value> {
        let query = [("query", query), ("fields", FIELDS), ("fields[Queue]", "Name")];
        self.ask(Method::GET, "/tickets", &query, None).await["items"].as_array().unwrap().clone()
    }

    /// The one ticket with `text` in its subject, once it satisfies `is`.
    pub(crate) async fn ticket(&self, text: &str, is: impl Fn(&Value) -> bool) -> Value {
        eventually(&format!("the one ticket of {text}"), SOON, || async {
            let found = self.tickets(text).await;
            match found.as_slice() {
                [one] if is(one) => Ok(one.clone()),
                other => Err(other.to_vec()),
            }
        })
        .await
    }

    /// What was written in a ticket, oldest first: the kind and the text.
    pub(crate) async fn messages(&self, ticket: &Value) -> Vec<(String, String)> {
        let path = format!("/ticket/{}/history", ticket["id"].as_str().unwrap());
        let query = [("fields", "Type,_hyperlinks"), ("per_page", "100")];
        let history = self.ask(Method::GET, &path, &query, None).await;
        let mut messages = Vec::new();
        for entry in history["items"].as_array().unwrap() {
            let kind = entry["Type"].as_str().unwrap();
            let links = entry["_hyperlinks"].as_array().unwrap();
            let text = links.iter().find(|link| link["ref"] == "attachment");
            if let (Some(text), "Create" | "Comment" | "Correspond") = (text, kind) {
                let address = text["_url"].as_str().unwrap();
                let path = &address[address.find("/attachment/").unwrap()..];
                let attachment = self.ask(Method::GET, path, &[], None).await;
                messages.push((kind.to_owned(), content(&attachment)));
            }
        }
        messages
    }

    async fn ask(&self, method: Method, path: &str, query: &[(&str, &str)], body: Option<&Value>) -> Value {
        let address = format!("{}/REST/2.0{path}", said("RT_URL"));
        let mut request = self.http.request(method.clone(), address).query(query);
        if let Some(body) = body {
            request = request.json(body);
        }
        let token = format!("token {}", said("RT_ADMIN_TOKEN"));
        let answer = request.header("authorization", token).send().await.unwrap();
        let (status, text) = (answer.status(), answer.text().await.unwrap());
        assert!(status.is_success(), "{method} {path}: {status} {text}");
        serde_json::from_str(&text).unwrap_or_default()
    }
}

fn content(attachment: &Value) -> String {
    let encoded: String = attachment["Content"].as_str().unwrap().split_whitespace().collect();
    String::from_utf8(STANDARD.decode(encoded).unwrap()).unwrap()
}

/// The one value of a ticket's custom field.
pub(crate) fn value_of<'t>(ticket: &'t Value, name: &str) -> &'t Value {
    let fields = ticket["CustomFields"].as_array().unwrap();
    &fields.iter().find(|field| field["name"] == name).expect("the custom field")["values"][0]
}

/// A second server in front of the same Request Tracker, which a test may stop without taking it away from others.
pub(crate) struct SpareTracker {
    pub(crate) url: String,
}

impl SpareTracker {
    /// Starts it, and waits until it answers.
    pub(crate) fn start() -> Self {
        let said = control("request-tracker", "spare-up", "RT_FOLDER");
        let url = said.lines().find_map(|line| line.strip_prefix("RT_SPARE_URL="));
        Self { url: url.expect("its address").to_owned() }
    }

    /// Ends its processes.
    pub(crate) fn stop(&self) {
        control("request-tracker", "spare-down", "RT_FOLDER");
    }
}

impl Drop for SpareTracker {
    fn drop(&mut self) {
        self.stop();
    }
}
