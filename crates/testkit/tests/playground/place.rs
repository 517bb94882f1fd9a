//! A running playground and a client for it.

use std::path::Path;

use reqwest::{Client, Method, Response};
use serde_json::Value;
use throughline_testkit::client;
use throughline_testkit::partners::{Playground, PlaygroundOptions};

/// A playground with one client.
pub(crate) struct Place {
    pub(crate) playground: Playground,
    client: Client,
}

impl Place {
    pub(crate) async fn start() -> Self {
        Self::start_with(PlaygroundOptions::default()).await
    }

    /// One that keeps its records in a folder.
    pub(crate) async fn start_in(folder: &Path) -> Self {
        Self::start_with(PlaygroundOptions { state: Some(folder.to_owned()), ..PlaygroundOptions::default() })
            .await
    }

    async fn start_with(options: PlaygroundOptions) -> Self {
        let playground = Playground::start(options).await.unwrap();
        Self { playground, client: client() }
    }

    pub(crate) async fn send(
        &self,
        method: Method,
        url: &str,
        body: Option<Value>,
    ) -> reqwest::Result<Response> {
        let mut request = self.client.request(method, url);
        request = request.header("x-monitor-key", "monitor-key").header("x-desk-key", "desk-secret");
        match body {
            Some(body) => request.json(&body).send().await,
            None => request.send().await,
        }
    }

    pub(crate) async fn desk(&self, method: Method, path: &str, body: Option<Value>) -> (u16, Value) {
        answer(self.send(method, &format!("{}{path}", self.playground.desk_url()), body).await.unwrap()).await
    }

    pub(crate) async fn monitor(&self, method: Method, path: &str, body: Option<Value>) -> (u16, Value) {
        answer(self.send(method, &format!("{}{path}", self.playground.monitor_url()), body).await.unwrap())
            .await
    }

    pub(crate) async fn control(&self, method: Method, path: &str, body: Option<Value>) -> Value {
        let url = format!("{}/control{path}", self.playground.control_url());
        answer(self.send(method, &url, body).await.unwrap()).await.1
    }

    /// A request to the desk with other credentials.
    pub(crate) async fn desk_as(
        &self,
        header: (&str, &str),
        method: Method,
        path: &str,
        body: Option<Value>,
    ) -> (u16, Value) {
        let mut request = self.client.request(method, format!("{}{path}", self.playground.desk_url()));
        request = request.header(header.0, header.1);
        if let Some(body) = body {
            request = request.json(&body);
        }
        answer(request.send().await.unwrap()).await
    }
}

async fn answer(response: Response) -> (u16, Value) {
    let status = response.status().as_u16();
    (status, response.json().await.unwrap_or_default())
}
