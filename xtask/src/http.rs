//! A few lines over `ureq`: JSON in, JSON out, and the text of a problem when it was refused.

use std::{
    thread::sleep,
    time::{Duration, Instant},
};

use anyhow::{Context as _, bail};
use serde_json::Value;
use ureq::{Agent, http::Request};

/// Somebody to talk to.
#[derive(Debug, Clone)]
pub(crate) struct Client {
    agent: Agent,
    base: String,
    headers: Vec<(String, String)>,
}

impl Client {
    /// Talks to `base`.
    pub(crate) fn new(base: impl Into<String>) -> Self {
        let config =
            Agent::config_builder().timeout_global(Some(Duration::from_secs(30))).http_status_as_error(false);
        Self { agent: config.build().into(), base: base.into(), headers: Vec::new() }
    }

    /// The same, with one more header.
    pub(crate) fn with_header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    /// Sends a request with an optional JSON body; anything but 2xx is an error that quotes the answer.
    pub(crate) fn call(&self, method: &str, path: &str, body: Option<&Value>) -> anyhow::Result<Value> {
        let (status, text) = self.send(method, path, body)?;
        if !(200..300).contains(&status) {
            bail!("{method} {}{path} was answered with {status}: {text}", self.base);
        }
        if text.trim().is_empty() { Ok(Value::Null) } else { Ok(serde_json::from_str(&text)?) }
    }

    /// `GET`.
    pub(crate) fn get(&self, path: &str) -> anyhow::Result<Value> {
        self.call("GET", path, None)
    }

    /// `POST` with a JSON body.
    pub(crate) fn post(&self, path: &str, body: &Value) -> anyhow::Result<Value> {
        self.call("POST", path, Some(body))
    }

    /// Whether `GET path` is answered with 2xx.
    pub(crate) fn answers(&self, path: &str) -> bool {
        self.send("GET", path, None).is_ok_and(|(status, _)| (200..300).contains(&status))
    }

    fn send(&self, method: &str, path: &str, body: Option<&Value>) -> anyhow::Result<(u16, String)> {
        let mut request = Request::builder().method(method).uri(format!("{}{path}", self.base));
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        let text = body.map(Value::to_string).unwrap_or_default();
        if body.is_some() {
            request = request.header("content-type", "application/json");
        }
        let sent = self.agent.run(request.body(text)?);
        let mut answer = sent.with_context(|| format!("{method} {}{path}", self.base))?;
        Ok((answer.status().as_u16(), answer.body_mut().read_to_string()?))
    }
}

/// Waits until `ready` says yes; `false` when it did not in time, or `hopeless` said so.
pub(crate) fn wait_until(patience: Duration, ready: impl Fn() -> bool, hopeless: impl Fn() -> bool) -> bool {
    let deadline = Instant::now() + patience;
    while !ready() {
        if Instant::now() >= deadline || hopeless() {
            return false;
        }
        sleep(Duration::from_millis(100));
    }
    true
}
