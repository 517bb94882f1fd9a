//! Changing configuration: nobody's work is lost, secrets never come back, and nothing faulty is published.

use reqwest::Method;
use serde_json::{Value, json};
use throughline_domain::Role;

use super::house::{House, answered};

fn document(house_systems: (&str, &str), name: &str) -> Value {
    json!({
        "name": name,
        "source": { "system": house_systems.0, "entity": "alert" },
        "target": { "system": house_systems.1, "entity": "incident" },
        "actions": [{
            "key": "open", "name": "Open", "direction": "forward", "trigger": { "kind": "listen" },
            "map": [{ "target": "nonsense_field", "constant": 1 }], "write": "upsert",
        }],
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn secrets_are_write_only_and_stay_when_they_are_not_mentioned() {
    let house = House::open().await;
    let id = house.system("Desk").await;
    let path = format!("/v1/systems/{id}");
    let (_, shown) = house.ask(Method::GET, &path, None).await;
    assert_eq!(shown["credentials_set"], json!(["client_id", "client_secret"]));
    let change = json!({ "name": "Desk 2", "connector": "playground-desk", "base_url": "https://desk.example.com",
        "credentials": { "client_id": null } });
    let request = house
        .request(Method::PUT, &path, Some(house.token(Role::Editor)))
        .header("if-match", "\"1\"")
        .json(&change);
    let response = request.send().await.unwrap();
    assert_eq!(response.headers()["etag"], "\"2\"");
    let (status, changed) = answered(response).await;
    assert_eq!((status, &changed["credentials_set"]), (200, &json!(["client_secret"])), "{changed:#}");
    assert!(!changed.to_string().contains("canary-secret"));
}

#[tokio::test(flavor = "multi_thread")]
async fn secrets_do_not_follow_an_address_to_another_server() {
    let house = House::open().await;
    let id = house.system("Desk").await;
    let elsewhere = |credentials: Value| json!({ "name": "Desk", "connector": "playground-desk", "base_url": "https://other.example.com", "credentials": credentials });
    let change = async |body: Value| {
        let request =
            house.request(Method::PUT, &format!("/v1/systems/{id}"), Some(house.token(Role::Editor)));
        answered(request.header("if-match", "\"1\"").json(&body).send().await.unwrap()).await
    };
    let (status, problem) = change(elsewhere(json!({ "client_id": "mine" }))).await;
    assert_eq!(status, 422, "{problem:#}");
    assert_eq!(problem["errors"][0]["pointer"], "/credentials/client_secret", "{problem:#}");
    assert_eq!(problem["errors"][0]["code"], "secret_required");
    let (status, changed) = change(elsewhere(json!({ "client_id": "mine", "client_secret": null }))).await;
    assert_eq!((status, &changed["credentials_set"]), (200, &json!(["client_id"])), "{changed:#}");
}

#[tokio::test(flavor = "multi_thread")]
async fn secrets_do_not_follow_a_setting_or_a_connector_to_another_server() {
    let house = House::open().await;
    let system = |settings: Value, credentials: Value| {
        json!({ "name": "API", "connector": "http", "base_url": "https://api.example.com",
            "settings": settings, "credentials": credentials })
    };
    let secrets = json!({ "client_id": "me", "client_secret": "canary-secret" });
    let (status, made) =
        house.ask(Method::POST, "/v1/systems", Some(&system(json!({}), secrets.clone()))).await;
    assert_eq!(status, 201, "{made:#}");
    let path = format!("/v1/systems/{}", made["id"].as_str().unwrap());
    let change = async |body: &Value| {
        let request = house.request(Method::PUT, &path, Some(house.token(Role::Editor)));
        answered(request.header("if-match", "*").json(body).send().await.unwrap()).await
    };
    let elsewhere = json!({ "token_url": "https://evil.example/token" });
    let mut other_connector = system(json!({}), json!({}));
    other_connector["connector"] = json!("playground-desk");
    for body in [&system(elsewhere.clone(), json!({})), &other_connector] {
        let (status, problem) = change(body).await;
        assert_eq!(status, 422, "{problem:#}");
        let found: Vec<_> =
            problem["errors"].as_array().unwrap().iter().map(|error| &error["pointer"]).collect();
        assert_eq!(found, ["/credentials/client_id", "/credentials/client_secret"], "{problem:#}");
        assert_eq!(problem["errors"][1]["code"], "secret_required");
    }
    let (status, changed) =
        change(&system(json!({ "token_url": "/v2/token", "scope": "all" }), json!({}))).await;
    assert_eq!(status, 200, "the same server needs no secret again: {changed:#}");
    let (status, changed) = change(&system(elsewhere.clone(), secrets)).await;
    assert_eq!(status, 200, "{changed:#}");
    let (status, changed) = change(&system(elsewhere, json!({}))).await;
    assert_eq!(
        (status, &changed["credentials_set"]),
        (200, &json!(["client_id", "client_secret"])),
        "{changed:#}"
    );
    assert_eq!(change(&system(json!({}), json!({}))).await.0, 422, "nor do they follow it back");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_needs_to_know_what_it_changes() {
    let house = House::open().await;
    let id = house.system("Desk").await;
    let path = format!("/v1/systems/{id}");
    let body =
        json!({ "name": "Desk", "connector": "playground-desk", "base_url": "https://desk.example.com" });
    for (tag, status, code) in [
        (None, 428, "precondition_required"),
        (Some("\"9\""), 412, "precondition_failed"),
        (Some("x"), 412, "precondition_failed"),
    ] {
        for method in [Method::PUT, Method::DELETE] {
            let mut request = house.request(method, &path, Some(house.token(Role::Owner))).json(&body);
            if let Some(tag) = tag {
                request = request.header("if-match", tag);
            }
            let (found, problem) = answered(request.send().await.unwrap()).await;
            assert_eq!((found, problem["code"].as_str()), (status, Some(code)), "{tag:?}: {problem:#}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn names_are_unique_and_used_systems_stay() {
    let house = House::open().await;
    let (monitor, desk) = (house.system("Monitor").await, house.system("Desk").await);
    let body =
        json!({ "name": "Desk", "connector": "playground-desk", "base_url": "https://desk.example.com" });
    let (status, problem) = house.ask(Method::POST, "/v1/systems", Some(&body)).await;
    assert_eq!((status, problem["code"].as_str()), (409, Some("name_taken")));
    let wish = json!({ "document": document((&monitor, &desk), "One") });
    assert_eq!(house.ask(Method::POST, "/v1/integrations", Some(&wish)).await.0, 201);
    assert_eq!(house.ask(Method::POST, "/v1/integrations", Some(&wish)).await.0, 409);
    let request =
        house.request(Method::DELETE, &format!("/v1/systems/{desk}"), Some(house.token(Role::Owner)));
    let (status, problem) = answered(request.header("if-match", "*").send().await.unwrap()).await;
    assert_eq!((status, problem["code"].as_str()), (409, Some("system_in_use")));
    assert!(problem["detail"].as_str().unwrap().contains("One"), "{problem:#}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_may_have_faults_and_is_not_published_with_them() {
    let house = House::open().await;
    let (monitor, desk) = (house.system("Monitor").await, house.system("Desk").await);
    let (status, made) = house
        .ask(
            Method::POST,
            "/v1/integrations",
            Some(&json!({ "document": document((&monitor, &desk), "One") })),
        )
        .await;
    assert_eq!(status, 201, "{made:#}");
    assert_eq!((made["state"].as_str(), made["draft_revision"].as_i64()), (Some("draft"), Some(1)));
    let pointers: Vec<_> =
        made["faults"].as_array().unwrap().iter().map(|fault| fault["pointer"].as_str().unwrap()).collect();
    assert!(pointers.contains(&"/source/entity"), "the desk has no alerts: {pointers:?}");
    assert!(made["actions"][0]["hook_url"].as_str().unwrap().contains("/hooks/tlh_"));
    let id = made["id"].as_str().unwrap();
    let (status, problem) = house.ask(Method::POST, &format!("/v1/integrations/{id}/publish"), None).await;
    assert_eq!((status, problem["code"].as_str()), (422, Some("integration_has_faults")));
    assert_eq!(problem["errors"], made["faults"]);
    for (verb, code) in [("enable", "not_published"), ("actions/open/run", "not_published")] {
        let (status, problem) = house.ask(Method::POST, &format!("/v1/integrations/{id}/{verb}"), None).await;
        assert_eq!((status, problem["code"].as_str()), (409, Some(code)), "{verb}");
    }
    let (_, verdict) = house.ask(Method::POST, &format!("/v1/integrations/{id}/validate"), None).await;
    assert_eq!(verdict["faults"], made["faults"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn saving_makes_revisions_that_never_change() {
    let house = House::open().await;
    let (monitor, desk) = (house.system("Monitor").await, house.system("Desk").await);
    let first = document((&monitor, &desk), "One");
    let (_, made) = house.ask(Method::POST, "/v1/integrations", Some(&json!({ "document": first }))).await;
    let path = format!("/v1/integrations/{}", made["id"].as_str().unwrap());
    for (name, revision) in [("One", 1), ("Two", 2), ("Two", 2)] {
        let body = json!({ "document": document((&monitor, &desk), name) });
        let request = house
            .request(Method::PUT, &path, Some(house.token(Role::Editor)))
            .header("if-match", "*")
            .json(&body);
        let (status, saved) = answered(request.send().await.unwrap()).await;
        assert_eq!((status, saved["draft_revision"].as_i64()), (200, Some(revision)), "{saved:#}");
    }
    let (_, list) = house.ask(Method::GET, &format!("{path}/revisions"), None).await;
    let numbers: Vec<_> =
        list["items"].as_array().unwrap().iter().map(|revision| revision["number"].as_i64()).collect();
    assert_eq!(numbers, [Some(2), Some(1)]);
    assert!(list["items"][0].get("document").is_none());
    let (_, shown) = house.ask(Method::GET, &format!("{path}/revisions/1"), None).await;
    assert_eq!(shown["document"], first);
    assert_eq!(house.ask(Method::GET, &format!("{path}/revisions/3"), None).await.0, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repeated_post_with_a_key_happens_once() {
    let house = House::open().await;
    let post = async |key: &str, name: &str| {
        let body =
            json!({ "name": name, "connector": "playground-desk", "base_url": "https://desk.example.com" });
        let request = house.request(Method::POST, "/v1/systems", Some(house.token(Role::Owner)));
        let response = request.header("idempotency-key", key).json(&body).send().await.unwrap();
        let replayed = response.headers().contains_key("idempotency-replayed");
        let (status, body) = answered(response).await;
        (status, body, replayed)
    };
    let (first, again) = (post("k1", "Desk").await, post("k1", "Desk").await);
    assert_eq!((first.0, first.2, again.0, again.2), (201, false, 201, true), "{again:?}");
    assert_eq!(first.1, again.1);
    let other = post("k1", "Another").await;
    assert_eq!((other.0, other.1["code"].as_str()), (409, Some("idempotency_key_reused")));
    assert_eq!(post("k2", "").await.0, 422);
    assert_eq!(post("k2", "Second").await.0, 201, "a refusal leaves nothing behind");
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_come_in_pages() {
    let house = House::open().await;
    for name in ["A", "B", "C"] {
        house.system(name).await;
    }
    let mut path = "/v1/systems?limit=2".to_owned();
    let mut names = Vec::new();
    loop {
        let response =
            house.request(Method::GET, &path, Some(house.token(Role::Viewer))).send().await.unwrap();
        let link = response.headers().get("link").map(|link| link.to_str().unwrap().to_owned());
        let (_, page) = answered(response).await;
        names.extend(
            page["items"].as_array().unwrap().iter().map(|item| item["name"].as_str().unwrap().to_owned()),
        );
        assert_eq!(link.is_some(), page["next_cursor"].is_string());
        let Some(link) = link else { break };
        path = link.trim_start_matches('<').split('>').next().unwrap().to_owned();
    }
    assert_eq!(names, ["A", "B", "C"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_are_kept_and_show_their_defaults() {
    let house = House::open().await;
    let wish = json!({ "capture": { "http": "all", "http_until": "2030-01-31T09:30:00Z", "payload": false },
        "retention": { "status": "400d", "payload": "7d", "http": "1d" } });
    let (status, saved) = house.ask(Method::PUT, "/v1/settings", Some(&wish)).await;
    assert_eq!(status, 200, "{saved:#}");
    let (_, shown) = house.ask(Method::GET, "/v1/settings", None).await;
    assert_eq!(shown, saved);
    assert_eq!(shown["capture"]["http_until"], "2030-01-31T09:30:00.000Z");
    assert_eq!(
        (shown["retention"]["status"].as_str(), shown["defaults"]["retention"]["status"].as_str()),
        (Some("400d"), Some("90d"))
    );
    let (status, _) = house.ask(Method::PUT, "/v1/settings", Some(&json!({ "capture": wish["capture"], "retention": { "status": "5d", "payload": "7d", "http": "1d" } }))).await;
    assert_eq!(status, 422);
}
