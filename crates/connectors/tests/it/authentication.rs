//! Ways to authenticate; tokens that expire.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::{Value, json};
use throughline_connectors::{Catalogue, Connection};
use throughline_domain::ErrorCode;

use crate::support::*;

fn generic(url: &str, settings: Value, credentials: &[(&str, &str)]) -> Connection {
    let http = Catalogue::builtin().unwrap().get("http").unwrap();
    Connection::new(http, system(url, settings, credentials), egress()).unwrap().with_retry(quick_retry())
}

async fn sent(settings: Value, credentials: &[(&str, &str)]) -> Asked {
    let server = Server::start(|_, _| json_answer(200, &json!({}))).await;
    let connection = generic(&server.url(), settings, credentials);
    connection.test(&recorder(&connection)).await.unwrap();
    server.asked().remove(0)
}

#[tokio::test]
async fn credentials_go_where_the_manifest_says() {
    assert_eq!(sent(json!({}), &[]).await.headers.get("authorization"), None);
    let basic = sent(json!({}), &[("username", "ann"), ("password", "pw")]).await;
    assert_eq!(basic.headers["authorization"], "Basic YW5uOnB3");
    let header = sent(json!({"auth_header": "X-Mine"}), &[("api_key", "k1")]).await;
    assert_eq!(header.headers["x-mine"], "k1");
    let query = sent(json!({"test_path": "/a/b"}), &[("query_key", "k 2")]).await;
    assert_eq!(query.line(), "GET /a/b?api_key=k+2");
    let bearer = sent(json!({}), &[("token", "t")]).await;
    assert_eq!(bearer.headers["authorization"], "Bearer t");
}

#[tokio::test]
async fn the_setting_chooses_among_complete_credentials() {
    let credentials = [("username", "ann"), ("password", "pw"), ("token", "t")];
    let chosen = sent(json!({"authentication": "bearer"}), &credentials).await;
    assert_eq!(chosen.headers["authorization"], "Bearer t");
}

/// An OAuth 2 server and API in one: tokens `t1`, `t2`, …; only the newest is accepted.
async fn token_server(expires_in: f64) -> (Server, Arc<AtomicUsize>) {
    let issued = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&issued);
    let server = Server::start(move |_, asked| {
        if asked.path == "/oauth/token" {
            if !asked.body.contains("client_secret=right") {
                return json_answer(
                    401,
                    &json!({"error": "invalid_client", "error_description": "Unknown client."}),
                );
            }
            let token = format!("t{}", counter.fetch_add(1, Ordering::SeqCst) + 1);
            return json_answer(
                200,
                &json!({"access_token": token, "token_type": "Bearer", "expires_in": expires_in}),
            );
        }
        let newest = format!("Bearer t{}", counter.load(Ordering::SeqCst));
        let known = asked.headers.get("authorization") == Some(&newest);
        if known {
            json_answer(201, &json!({"id": 1}))
        } else {
            json_answer(401, &json!({"error": "token_expired"}))
        }
    });
    (server.await, issued)
}

fn client(server: &Server, secret: &str) -> Connection {
    generic(
        &server.url(),
        json!({"create_path": "/items"}),
        &[("client_id", "me"), ("client_secret", secret)],
    )
}

#[tokio::test]
async fn one_token_serves_until_it_expires() {
    let (server, issued) = token_server(3600.0).await;
    let connection = client(&server, "right");
    let rec = recorder(&connection);
    for _ in 0..3 {
        connection.test(&rec).await.unwrap();
    }
    assert_eq!(issued.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn an_expiring_token_is_renewed_before_it_is_refused() {
    let (server, issued) = token_server(0.5).await;
    let connection = client(&server, "right");
    let rec = recorder(&connection);
    connection.test(&rec).await.unwrap();
    tokio::time::sleep(std::time::Duration::from_millis(450)).await;
    connection.test(&rec).await.unwrap();
    assert_eq!(issued.load(Ordering::SeqCst), 2);
    assert!(
        server
            .asked()
            .iter()
            .all(|asked| asked.path == "/oauth/token" || asked.headers["authorization"] != "Bearer t0")
    );
}

#[tokio::test]
async fn a_revoked_token_is_replaced_once_even_for_a_create() {
    let (server, issued) = token_server(3600.0).await;
    let connection = client(&server, "right");
    let rec = recorder(&connection);
    connection.test(&rec).await.unwrap();
    issued.fetch_add(1, Ordering::SeqCst);
    let written = connection.create("record", &map(json!({"a": 1})), &rec).await.unwrap();
    assert_eq!(written.key, "1");
    assert_eq!(issued.load(Ordering::SeqCst), 3);
}

#[tokio::test]
async fn many_tasks_share_one_renewal() {
    let (server, issued) = token_server(3600.0).await;
    let connection = Arc::new(client(&server, "right"));
    let tasks = (0..16).map(|_| {
        let connection = Arc::clone(&connection);
        tokio::spawn(async move { connection.test(&recorder(&connection)).await.unwrap() })
    });
    for task in tasks.collect::<Vec<_>>() {
        task.await.unwrap();
    }
    assert_eq!(issued.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_refused_client_is_told_with_its_evidence() {
    let (server, _) = token_server(3600.0).await;
    let connection = client(&server, "wrong");
    let failure = connection.test(&recorder(&connection)).await.unwrap_err();
    assert_eq!(failure.code, ErrorCode::TokenRefused);
    assert!(
        failure.message.contains("Unknown client") && failure.exchange.as_deref() == Some("e1"),
        "{failure}"
    );
}

#[tokio::test]
async fn a_session_login_gives_a_token() {
    let yaml = r#"
name: session
title: Session
status: simulated
authentication:
  - name: login
    title: Login
    credentials: [{name: user, title: User, required: true, public: true}, {name: password, title: Password, required: true}]
    scheme:
      session:
        request: {method: POST, path: /login, body: {user: "{{ credentials.user }}", password: "{{ credentials.password }}"}}
        token: "{{ body.session.token }}"
        header: X-Session
        value: "S {{ token }}"
test: {request: {path: /me}, identity: "{{ body.name }}"}
entities: {}
"#;
    let server = Server::start(|_, asked| match asked.path.as_str() {
        "/login" => json_answer(200, &json!({"session": {"token": "issued-token-1"}})),
        _ => json_answer(200, &json!({"name": asked.headers["x-session"]})),
    });
    let server = server.await;
    let system = system(&server.url(), json!({}), &[("user", "ann"), ("password", "long-password")]);
    let connection = Connection::new(manifest(yaml), system, egress()).unwrap();
    let rec = recorder(&connection);
    let report = connection.test(&rec).await.unwrap();
    assert!(report.identity.unwrap().starts_with("S [masked:secret:"), "the echoed token is masked");
    assert_eq!(server.asked()[0].json()["password"], "long-password");
    let shown = rec.exchanges().get().to_string();
    assert!(!shown.contains("issued-token-1") && !shown.contains("long-password"), "{shown}");
}
