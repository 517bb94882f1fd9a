//! Webhooks: a 202 is a promise, and everything else says why there is none.

use std::time::Duration;

use reqwest::Method;
use reqwest::header::CONTENT_TYPE;
use serde_json::{Value, json};
use throughline_queue::{Broker, Queue};
use throughline_testkit::{builders, eventually};

use super::house::{House, answered};

impl House {
    /// A published integration that listens; the path of its address.
    async fn listener(&self) -> (String, String) {
        let system = |name: &str, connector: &str| {
            json!({ "name": name, "connector": connector, "base_url": "https://x.example", "settings": {},
                "credentials": if connector == "playground-desk" { json!({ "client_id": "a", "client_secret": "b" }) } else { json!({ "api_key": "a" }) } })
        };
        let mut ids = Vec::new();
        for (name, connector) in [("Monitor", "playground-monitor"), ("Desk", "playground-desk")] {
            let (status, made) = self.ask(Method::POST, "/v1/systems", Some(&system(name, connector))).await;
            assert_eq!(status, 201, "{made:#}");
            ids.push(made["id"].as_str().unwrap().to_owned());
        }
        let document = builders::alerts_to_incidents(&ids[0], &ids[1]);
        let (status, made) =
            self.ask(Method::POST, "/v1/integrations", Some(&json!({ "document": document }))).await;
        assert_eq!(status, 201, "{made:#}");
        let id = made["id"].as_str().unwrap().to_owned();
        let (status, published) =
            self.ask(Method::POST, &format!("/v1/integrations/{id}/publish"), None).await;
        assert_eq!(status, 200, "{published:#}");
        let url = published["actions"][0]["hook_url"].as_str().unwrap();
        (id, url[url.find("/hooks/").unwrap()..].to_owned())
    }

    /// Waits until the broker holds this many triggers: it counts a moment later than it confirms.
    async fn expect_triggers(&self, count: u32) {
        let broker = Broker::new(self.stack.broker.url(), "tests").unwrap();
        eventually("the trigger is in its queue", Duration::from_secs(10), || async {
            let depth = broker.depth(Queue::Triggers).await.unwrap().messages;
            if depth == count { Ok(()) } else { Err(depth) }
        })
        .await;
    }

    async fn push(&self, path: &str, media: &str, body: impl Into<reqwest::Body>) -> (u16, Value) {
        answered(
            self.request(Method::POST, path, None)
                .header(CONTENT_TYPE, media)
                .body(body)
                .send()
                .await
                .unwrap(),
        )
        .await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_is_in_the_broker_when_it_is_accepted() {
    let house = House::open().await;
    let (_, path) = house.listener().await;
    let (status, answer) = house.push(&path, "application/json; charset=utf-8", "{\"a\": [1, \"ü\"]}").await;
    assert_eq!(status, 202, "{answer:#}");
    let run: uuid::Uuid = answer["run_id"].as_str().unwrap().parse().unwrap();
    assert_eq!(run.get_version_num(), 7);
    house.expect_triggers(1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_events_are_refused_and_cause_nothing() {
    let house = House::open().await;
    let (_, path) = house.listener().await;
    let deep = format!("{}{}", "[".repeat(65), "]".repeat(65));
    let large = vec![b' '; (5 << 20) + 1];
    let cases: [(&str, &str, Vec<u8>, u16, &str); 7] = [
        ("/hooks/tlh_unknown", "application/json", b"{}".to_vec(), 404, "hook_unknown"),
        (&path, "text/plain", b"{}".to_vec(), 415, "unsupported_media_type"),
        (&path, "application/json", b"{".to_vec(), 400, "malformed_json"),
        (&path, "application/json", b"".to_vec(), 400, "malformed_json"),
        (&path, "application/json", b"\"\xc3\"".to_vec(), 400, "invalid_encoding"),
        (&path, "application/json", deep.into_bytes(), 400, "json_too_deep"),
        (&path, "application/json", large, 413, "body_too_large"),
    ];
    for (path, media, body, status, code) in cases {
        let (found, problem) = house.push(path, media, body).await;
        assert_eq!((found, problem["code"].as_str()), (status, Some(code)), "{problem:#}");
    }
    let fits = format!("\"{}\"", "x".repeat((5 << 20) - 2));
    assert_eq!(house.push(&path, "application/json", fits).await.0, 202, "5 MiB are taken");
    house.expect_triggers(1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disabled_integration_takes_nothing() {
    let house = House::open().await;
    let (id, path) = house.listener().await;
    assert_eq!(house.push(&path, "application/json", "{}").await.0, 202);
    assert_eq!(house.ask(Method::POST, &format!("/v1/integrations/{id}/disable"), None).await.0, 200);
    let (status, problem) = house.push(&path, "application/json", "{}").await;
    assert_eq!((status, problem["code"].as_str()), (409, Some("integration_disabled")));
    assert_eq!(house.ask(Method::POST, &format!("/v1/integrations/{id}/enable"), None).await.0, 200);
    assert_eq!(house.push(&path, "application/json", "{}").await.0, 202);
    let request = house.request(
        Method::DELETE,
        &format!("/v1/integrations/{id}"),
        Some(house.token(throughline_domain::Role::Owner)),
    );
    assert_eq!(request.header("if-match", "*").send().await.unwrap().status(), 204);
    assert_eq!(house.push(&path, "application/json", "{}").await.0, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn run_now_goes_to_the_broker() {
    let house = House::open().await;
    let (id, _) = house.listener().await;
    let (_, shown) = house.ask(Method::GET, &format!("/v1/integrations/{id}"), None).await;
    let key = shown["actions"][0]["key"].as_str().unwrap();
    let (status, answer) =
        house.ask(Method::POST, &format!("/v1/integrations/{id}/actions/{key}/run"), Some(&json!({}))).await;
    assert_eq!(status, 202, "{answer:#}");
    house.expect_triggers(1).await;
    let (status, _) = house.ask(Method::POST, &format!("/v1/integrations/{id}/actions/none/run"), None).await;
    assert_eq!(status, 404);
}
