//! Nothing secret is in what a recorder shows.

use base64::Engine;
use serde_json::{Value, json};

use crate::support::*;

#[tokio::test]
async fn the_secret_is_nowhere_in_the_exchanges() {
    let server = Server::start(|_, asked| {
        let echoed = asked.headers["x-simple-key"].clone();
        let base64 = base64::engine::general_purpose::STANDARD.encode(&echoed);
        let percent =
            percent_encoding::utf8_percent_encode(&echoed, percent_encoding::NON_ALPHANUMERIC).to_string();
        let body = json!({"name": "me", "echo": echoed, "base64": base64, "percent": percent, "password": "other", "nested": [{echoed.as_str(): 1}]});
        let link = format!("/x?key={percent}");
        answer_with(
            200,
            &[
                ("content-type", "application/json"),
                ("x-echo", &echoed),
                ("set-cookie", "sid=abc"),
                ("location", &link),
            ],
            body.to_string(),
        )
    });
    let server = server.await;
    let connection = simple(&server.url());
    let rec = recorder(&connection).for_record("ALR-1");
    connection.test(&rec).await.unwrap();
    connection
        .create("item", &map(json!({"id": 1, "note": format!("see {SECRET}")})), &rec)
        .await
        .unwrap_err();
    let shown = rec.exchanges().get().to_string();
    let base64 = base64::engine::general_purpose::STANDARD.encode(SECRET);
    for hidden in [SECRET, "planted%2Fsecret", "planted\\/secret", "sid=abc", "\"other\"", base64.as_str()] {
        assert!(!shown.contains(hidden), "{hidden} in {shown}");
    }
    assert!(
        shown.contains("[masked:secret:")
            && shown.contains("[masked:header:")
            && shown.contains("[masked:field:")
    );
}

#[tokio::test]
async fn an_exchange_has_the_shape_of_the_phase_document() {
    let server = Server::start(|_, _| json_answer(201, &json!({"id": 5}))).await;
    let connection = simple(&server.url());
    let rec = recorder(&connection).for_record("ALR-1");
    connection.create("item", &map(json!({"name": "Ünï"})), &rec).await.unwrap();
    let exchange = rec.exchanges().get()["exchanges"][0].clone();
    let members: Vec<_> = exchange.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(
        members,
        ["id", "at", "attempt", "record", "request", "response", "error", "timings", "remote_address"]
    );
    assert_eq!(
        (&exchange["id"], &exchange["record"], &exchange["attempt"]),
        (&json!("e1"), &json!("ALR-1"), &json!(1))
    );
    assert_eq!(exchange["request"]["method"], "POST");
    assert_eq!(exchange["request"]["url"], json!(format!("{}/items", server.url())));
    let body = &exchange["request"]["body"];
    assert_eq!(body["text"], "{\"name\":\"Ünï\"}");
    assert_eq!(
        (&body["size"], &body["truncated"], &body["content_type"]),
        (&json!(16), &json!(false), &json!("application/json"))
    );
    assert_eq!(exchange["response"]["status"], 201);
    assert_eq!(exchange["response"]["http_version"], "HTTP/1.1");
    assert!(exchange["timings"]["total_ms"].as_f64().unwrap() > 0.0 && exchange["error"] == Value::Null);
}

#[tokio::test]
async fn large_bodies_are_cut_but_measured() {
    let server = Server::start(|_, _| json_answer(200, &json!({"name": "x".repeat(400_000)}))).await;
    let connection = simple(&server.url());
    let rec = recorder(&connection);
    connection.test(&rec).await.unwrap();
    let body = rec.exchanges().get()["exchanges"][0]["response"]["body"].clone();
    assert_eq!(body["size"], 400_011);
    assert_eq!(body["text"].as_str().unwrap().len(), 256 * 1024);
    assert_eq!(body["truncated"], true);
}

#[tokio::test]
async fn a_discarding_recorder_keeps_nothing_but_numbers() {
    let server = Server::start(|_, _| json_answer(401, &json!({}))).await;
    let connection = simple(&server.url());
    let rec = throughline_connectors::Recorder::discarding(throughline_mask::Masker::new(
        b"k",
        &connection.secrets(),
        &[],
    ));
    let failure = connection.test(&rec).await.unwrap_err();
    assert_eq!((failure.exchange.as_deref(), rec.count()), (Some("e1"), 1));
    assert_eq!(rec.exchanges().get(), &json!({"exchanges": []}));
}
