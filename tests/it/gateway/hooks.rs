//! Webhooks: a 202 is a promise, and everything else says why there is none.

use std::time::Duration;

use reqwest::Method;
use reqwest::header::CONTENT_TYPE;
use serde_json::{Value, json};
use throughline_domain::Role;
use throughline_queue::{Broker, Queue};
use throughline_testkit::{builders, eventually};

use super::house::{House, answered};

impl House {
    /// A published integration that listens; the path of its address.
    pub(super) async fn listener(&self) -> (String, String) {
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

    pub(super) async fn push(&self, path: &str, media: &str, body: impl Into<reqwest::Body>) -> (u16, Value) {
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

#[tokio::test(flavor = "multi_thread")]
async fn an_address_is_shown_to_those_only_who_may_change_it() {
    let house = House::open().await;
    let (id, path) = house.listener().await;
    for role in Role::ALL {
        for address in [format!("/v1/integrations/{id}"), "/v1/integrations".to_owned()] {
            let request = house.request(Method::GET, &address, Some(house.token(*role)));
            let text = request.send().await.unwrap().text().await.unwrap();
            assert_eq!(text.contains(&path), *role >= Role::Editor, "{role} {address}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rotated_address_is_refused_and_the_new_one_is_taken() {
    let house = House::open().await;
    let (id, path) = house.listener().await;
    assert_eq!(house.push(&path, "application/json", "{}").await.0, 202, "it is in the cache");
    let (_, shown) = house.ask(Method::GET, &format!("/v1/integrations/{id}"), None).await;
    let key = shown["actions"][0]["key"].as_str().unwrap();
    let rotate = format!("/v1/integrations/{id}/actions/{key}/hook/rotate");
    let (status, rotated) = house.ask(Method::POST, &rotate, None).await;
    assert_eq!(status, 200, "{rotated:#}");
    let url = rotated["hook_url"].as_str().unwrap();
    let fresh = &url[url.find("/hooks/").unwrap()..];
    let (status, problem) = house.push(&path, "application/json", "{}").await;
    assert_eq!((status, problem["code"].as_str()), (404, Some("hook_unknown")));
    assert_eq!(house.push(fresh, "application/json", "{}").await.0, 202);
    let (_, shown) = house.ask(Method::GET, &format!("/v1/integrations/{id}"), None).await;
    assert_eq!(shown["actions"][0]["hook_url"], url);
    for none in ["none", "%00"] {
        let path = format!("/v1/integrations/{id}/actions/{none}/hook/rotate");
        assert_eq!(house.ask(Method::POST, &path, None).await.0, 404, "{none}");
    }
    let mut owner = house.owner().await;
    let audited: Vec<String> =
        sqlx::query_scalar("select subject from audit_log where operation = 'hook.rotate'")
            .fetch_all(&mut owner)
            .await
            .unwrap();
    assert_eq!(audited, [format!("integration:{id}/action:{key}")]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_action_that_no_longer_listens_has_no_address() {
    let house = House::open().await;
    let (id, path) = house.listener().await;
    assert_eq!(house.push(&path, "application/json", "{}").await.0, 202, "it is in the cache");
    let (_, shown) = house.ask(Method::GET, &format!("/v1/integrations/{id}"), None).await;
    let polls = builders::with(
        shown["document"].clone(),
        "/actions/0/trigger",
        json!({ "kind": "poll", "every": "1h", "overlap": "5s" }),
    );
    let save = async |document: &Value| {
        let request =
            house.request(Method::PUT, &format!("/v1/integrations/{id}"), Some(house.token(Role::Editor)));
        let body = json!({ "document": document });
        let (status, saved) =
            answered(request.header("if-match", "*").json(&body).send().await.unwrap()).await;
        assert_eq!(status, 200, "{saved:#}");
    };
    save(&polls).await;
    assert_eq!(house.push(&path, "application/json", "{}").await.0, 202, "what runs still listens");
    let publish = format!("/v1/integrations/{id}/publish");
    let (status, published) = house.ask(Method::POST, &publish, None).await;
    assert_eq!(status, 200, "{published:#}");
    assert_eq!(published["actions"][0]["hook_url"], Value::Null);
    let (status, problem) = house.push(&path, "application/json", "{}").await;
    assert_eq!((status, problem["code"].as_str()), (404, Some("hook_unknown")));
    // A draft that listens gets an address for its sender, which is not taken before it is published.
    save(&shown["document"]).await;
    let (_, drafted) = house.ask(Method::GET, &format!("/v1/integrations/{id}"), None).await;
    let url = drafted["actions"][0]["hook_url"].as_str().unwrap();
    let fresh = &url[url.find("/hooks/").unwrap()..];
    assert_ne!(fresh, path, "the former address stays dead");
    let (status, problem) = house.push(fresh, "application/json", "{}").await;
    assert_eq!((status, problem["code"].as_str()), (409, Some("integration_disabled")));
    assert_eq!(house.ask(Method::POST, &publish, None).await.0, 200);
    assert_eq!(house.push(fresh, "application/json", "{}").await.0, 202);
}

/// An address that was never taken away from the table, as by a gateway of before.
#[tokio::test(flavor = "multi_thread")]
async fn an_address_is_worth_what_its_action_says_now() {
    let house = House::open().await;
    let (_, path) = house.listener().await;
    let mut owner = house.owner().await;
    sqlx::query(
        "update revisions set document = jsonb_set(document, '{actions,0,trigger}', '{\"kind\": \"manual\"}')",
    )
    .execute(&mut owner)
    .await
    .unwrap();
    let (status, problem) = house.push(&path, "application/json", "{}").await;
    assert_eq!((status, problem["code"].as_str()), (404, Some("hook_unknown")));
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_that_are_remembered_show_nobody_an_address() {
    let house = House::open().await;
    let (id, path) = house.listener().await;
    let publish = async || {
        let request = house.request(
            Method::POST,
            &format!("/v1/integrations/{id}/publish"),
            Some(house.token(Role::Editor)),
        );
        answered(request.header("idempotency-key", "once").send().await.unwrap()).await
    };
    let (first, again) = (publish().await, publish().await);
    assert_eq!(first, again);
    assert!(first.1["actions"][0]["hook_url"].as_str().unwrap().ends_with(&path));
    let mut owner = house.owner().await;
    let kept: Vec<Vec<u8>> =
        sqlx::query_scalar("select body from idempotency_keys").fetch_all(&mut owner).await.unwrap();
    assert_eq!(kept.len(), 1);
    assert!(!String::from_utf8_lossy(&kept[0]).contains("hook"), "it is sealed");
}
