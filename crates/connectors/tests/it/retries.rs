//! What is sent again, and what must not be.

use std::time::{Duration, Instant};

use serde_json::json;
use throughline_domain::ErrorCode;

use crate::support::*;

#[tokio::test]
async fn reading_is_tried_again_after_a_server_error() {
    let server = Server::start(|n, _| {
        if n < 2 { json_answer(500, &json!({})) } else { json_answer(200, &json!({"name": "me"})) }
    })
    .await;
    let connection = simple(&server.url());
    let rec = recorder(&connection);
    connection.test(&rec).await.unwrap();
    let attempts: Vec<_> =
        rec.exchanges().get()["exchanges"].as_array().unwrap().iter().map(|e| e["attempt"].clone()).collect();
    assert_eq!(attempts, [json!(1), json!(2), json!(3)]);
}

#[tokio::test]
async fn attempts_end() {
    let server = Server::start(|_, _| json_answer(502, &json!({}))).await;
    let connection = simple(&server.url());
    assert_eq!(connection.test(&recorder(&connection)).await.unwrap_err().code, ErrorCode::ServerError);
    assert_eq!(server.count(), 3);
}

#[tokio::test]
async fn retry_after_is_waited_for() {
    let server = Server::start(|n, _| match n {
        0 => answer_with(429, &[("retry-after", "1")], ""),
        _ => json_answer(200, &json!({"name": "me"})),
    });
    let server = server.await;
    let connection = simple(&server.url());
    let start = Instant::now();
    connection.test(&recorder(&connection)).await.unwrap();
    assert!(start.elapsed() >= Duration::from_secs(1));
}

#[tokio::test]
async fn a_create_that_was_not_processed_is_sent_again() {
    for (status, headers) in [(429, &[][..]), (503, &[("retry-after", "0")][..])] {
        let server = Server::start(move |n, _| {
            if n == 0 { answer_with(status, headers, "") } else { json_answer(201, &json!({"id": 7})) }
        });
        let server = server.await;
        let connection = simple(&server.url());
        let written =
            connection.create("item", &map(json!({"name": "a"})), &recorder(&connection)).await.unwrap();
        assert_eq!((written.key.as_str(), server.count()), ("7", 2));
    }
}

#[tokio::test]
async fn a_create_that_may_have_happened_is_not_sent_again() {
    for status in [500, 502, 503, 504] {
        let server = Server::start(move |_, _| json_answer(status, &json!({}))).await;
        let connection = simple(&server.url());
        let failure = connection.create("item", &map(json!({})), &recorder(&connection)).await.unwrap_err();
        assert!(failure.outcome_unknown && failure.transient, "{failure:?}");
        assert_eq!(server.count(), 1);
    }
}

#[tokio::test]
async fn a_create_whose_answer_is_lost_is_in_doubt() {
    let lost = raw_server(b"", Duration::ZERO).await;
    let connection = simple(&format!("http://{lost}"));
    let rec = recorder(&connection);
    let failure = connection.create("item", &map(json!({})), &rec).await.unwrap_err();
    assert!(failure.outcome_unknown, "{failure:?}");
    assert_eq!(rec.count(), 1);
}

#[tokio::test]
async fn a_create_that_never_reached_the_system_is_sent_again_and_not_in_doubt() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let connection = simple(&format!("http://{address}"));
    let rec = recorder(&connection);
    let failure = connection.create("item", &map(json!({})), &rec).await.unwrap_err();
    assert!(!failure.outcome_unknown && failure.transient, "{failure:?}");
    assert_eq!(rec.count(), 3);
}

#[tokio::test]
async fn a_create_answered_with_garbage_is_in_doubt() {
    let server = Server::start(|_, _| answer_with(201, &[], "<html>ok</html>")).await;
    let connection = simple(&server.url());
    let failure = connection.create("item", &map(json!({})), &recorder(&connection)).await.unwrap_err();
    assert_eq!(failure.code, ErrorCode::AnswerNotUnderstood);
    assert!(failure.outcome_unknown && server.count() == 1);
}
