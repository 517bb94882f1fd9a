//! Bad input gets a clear refusal, and nothing is half done.

use reqwest::Method;
use reqwest::header::CONTENT_TYPE;
use serde_json::{Value, json};
use throughline_domain::Role;

use super::house::{House, answered};

impl House {
    async fn send(&self, path: &str, media: &str, body: impl Into<reqwest::Body>) -> (u16, Value) {
        let request = self.request(Method::POST, path, Some(self.token(Role::Owner)));
        answered(request.header(CONTENT_TYPE, media).body(body).send().await.unwrap()).await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn bodies_are_refused_for_what_is_wrong_with_them() {
    let house = House::open().await;
    let deep = format!("{}1{}", "[".repeat(65), "]".repeat(65));
    let large = format!("\"{}\"", "x".repeat(2 << 20));
    let cases: [(&str, Vec<u8>, u16, &str); 9] = [
        ("application/json", b"{\"name\": }".to_vec(), 400, "malformed_json"),
        ("application/json", b"".to_vec(), 400, "malformed_json"),
        ("application/json", b"{\"name\": 1e999}".to_vec(), 400, "malformed_json"),
        ("application/json", b"{\"name\": \"\xff\"}".to_vec(), 400, "invalid_encoding"),
        ("application/json", deep.into_bytes(), 400, "json_too_deep"),
        ("application/json", large.into_bytes(), 413, "body_too_large"),
        ("text/plain", b"{}".to_vec(), 415, "unsupported_media_type"),
        ("application/x-www-form-urlencoded", b"name=x".to_vec(), 415, "unsupported_media_type"),
        ("application/json", b"[]".to_vec(), 422, "invalid_body"),
    ];
    for (media, body, status, code) in cases {
        let shown = String::from_utf8_lossy(&body[..body.len().min(40)]).into_owned();
        let (found, problem) = house.send("/v1/systems", media, body).await;
        assert_eq!((found, problem["code"].as_str()), (status, Some(code)), "{shown}: {problem:#}");
        assert!(problem["instance"].as_str().unwrap().starts_with("urn:throughline:request:"));
        assert_eq!(problem["type"], format!("/docs/problems/{code}"));
    }
    assert_eq!(house.ask(Method::GET, "/v1/systems", None).await.1["items"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn unknown_and_wrong_fields_are_pointed_at() {
    let house = House::open().await;
    let body =
        json!({ "name": "x", "connector": "playground-desk", "base_url": "https://x.example", "colour": 1 });
    let (status, problem) = house.ask(Method::POST, "/v1/systems", Some(&body)).await;
    assert_eq!((status, &problem["errors"][0]["pointer"]), (422, &json!("/colour")), "{problem:#}");
    let body = json!({ "name": " ", "connector": "nope", "base_url": "ftp://x", "settings": {} });
    let (status, problem) = house.ask(Method::POST, "/v1/systems", Some(&body)).await;
    let pointers: Vec<_> =
        problem["errors"].as_array().unwrap().iter().map(|error| error["pointer"].clone()).collect();
    assert_eq!(
        (status, pointers),
        (422, vec![json!("/base_url"), json!("/connector"), json!("/name")]),
        "{problem:#}"
    );
    let document = json!({ "document": { "name": "x", "nme": 1 } });
    let (status, problem) = house.ask(Method::POST, "/v1/integrations", Some(&document)).await;
    assert_eq!((status, problem["code"].as_str()), (422, Some("invalid_document")), "{problem:#}");
    let found: Vec<_> = problem["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|error| error["pointer"].as_str().unwrap())
        .collect();
    assert!(found.contains(&"/document/nme"), "{problem:#}");
}

#[tokio::test(flavor = "multi_thread")]
async fn addresses_and_parameters_are_refused_for_what_is_wrong_with_them() {
    let house = House::open().await;
    let cases = [
        (Method::GET, "/v1/nothing", 404, "route_not_found"),
        (Method::GET, "/v1/systems/", 404, "route_not_found"),
        (Method::PATCH, "/v1/systems", 405, "method_not_allowed"),
        (Method::POST, "/healthz", 405, "method_not_allowed"),
        (Method::POST, "/somewhere", 404, "route_not_found"),
        (Method::GET, "/v1/systems/not-a-uuid", 400, "invalid_parameter"),
        (Method::GET, "/v1/systems?cursor=abc", 400, "invalid_cursor"),
        (Method::GET, "/v1/systems?limit=0", 400, "invalid_parameter"),
        (Method::GET, "/v1/systems?limit=many", 400, "invalid_parameter"),
        (Method::GET, "/v1/runs?stauts=failed", 400, "invalid_parameter"),
        (Method::GET, "/v1/runs?status=broken", 400, "invalid_parameter"),
        (Method::GET, "/v1/runs?integration=7", 400, "invalid_parameter"),
        (Method::GET, "/v1/runs?from=yesterday", 400, "invalid_parameter"),
        (Method::GET, "/v1/runs/019a7c3e-0000-7000-8000-00000000dead/phases/lod", 400, "invalid_parameter"),
        (
            Method::GET,
            "/v1/stats?from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z",
            400,
            "invalid_parameter",
        ),
        (Method::GET, "/v1/connectors/none", 404, "not_found"),
        (Method::GET, "/v1/runs?action=%00", 400, "invalid_parameter"),
        (Method::GET, "/v1/runs?record=a%00b", 400, "invalid_parameter"),
        (Method::GET, "/v1/runs?%00=a", 400, "invalid_parameter"),
        (Method::GET, "/v1/connectors/%00", 404, "not_found"),
        (Method::GET, "/v1/runs?min_duration_ms=18446744073709551615", 400, "invalid_parameter"),
        (Method::GET, "/v1/runs?min_duration_ms=1&from=2026-01-01T00:00:00Z", 400, "invalid_parameter"),
        (
            Method::GET,
            "/v1/stats?from=2026-01-01T00:00:00Z&to=2026-12-31T00:00:00Z",
            400,
            "invalid_parameter",
        ),
        (Method::GET, "/docs/problems/none", 404, "not_found"),
    ];
    for (method, path, status, code) in cases {
        let (found, problem) = house.ask(method.clone(), path, None).await;
        assert_eq!((found, problem["code"].as_str()), (status, Some(code)), "{method} {path}: {problem:#}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_has_its_safety_headers_and_its_id() {
    let house = House::open().await;
    for path in ["/v1/me", "/docs", "/docs/problems/not_found", "/", "/healthz", "/v1/nothing"] {
        let request =
            house.request(Method::GET, path, Some(house.token(Role::Viewer))).header("x-request-id", "abc-1");
        let headers = request.send().await.unwrap().headers().clone();
        assert_eq!(headers["x-request-id"], "abc-1", "{path}");
        assert_eq!(headers["x-content-type-options"], "nosniff", "{path}");
        assert_eq!(headers["x-frame-options"], "DENY", "{path}");
        let policy = headers["content-security-policy"].to_str().unwrap();
        assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe"), "{path}: {policy}");
    }
    let request = house.request(Method::GET, "/healthz", None).header("x-request-id", "<script>");
    assert_ne!(request.send().await.unwrap().headers()["x-request-id"], "<script>");
}

/// No text of the database can hold U+0000, and JSON can spell it. It is refused with its place, and never a fault of ours.
#[tokio::test(flavor = "multi_thread")]
async fn nul_is_refused_wherever_it_is() {
    let house = House::open().await;
    let login = json!({ "email": "\0", "password": "x" });
    let (status, problem) =
        answered(house.request(Method::POST, "/v1/auth/login", None).json(&login).send().await.unwrap())
            .await;
    assert_eq!((status, problem["code"].as_str()), (422, Some("invalid_body")), "{problem:#}");
    assert_eq!(problem["errors"][0]["pointer"], "/email");
    let system = json!({ "name": "a\0", "connector": "http", "base_url": "https://x.example" });
    let token = json!({ "name": "a\0b", "role": "viewer" });
    let document = json!({ "document": { "name": "x", "description": "\0" } });
    for (path, body, pointer) in [
        ("/v1/systems", &system, "/name"),
        ("/v1/api-tokens", &token, "/name"),
        ("/v1/integrations", &document, "/document/description"),
    ] {
        let (status, problem) = house.ask(Method::POST, path, Some(body)).await;
        assert_eq!((status, &problem["errors"][0]["pointer"]), (422, &json!(pointer)), "{path}: {problem:#}");
    }
}

/// What only the database refuses is no fault of ours either.
#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_stored_is_said_so() {
    let house = House::open().await;
    let end = |entity: &str| json!({ "system": uuid::Uuid::from_u128(1), "entity": entity });
    let named = |name: String| json!({ "document": { "name": name, "source": end("alert"), "target": end("incident"), "actions": [] } });
    let (status, problem) = house.ask(Method::POST, "/v1/integrations", Some(&named("x".repeat(201)))).await;
    assert_eq!(status, 422, "{problem:#}");
    assert_eq!(house.ask(Method::POST, "/v1/integrations", Some(&named("x".repeat(200)))).await.0, 201);
}
