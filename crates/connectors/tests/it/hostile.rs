//! Systems that answer badly on purpose: every failure is of the right kind, in bounded time and memory.

use std::time::{Duration, Instant};

use axum::body::{Body, Bytes};
use axum::response::Response;
use futures_util::StreamExt;
use serde_json::{Value, json};
use throughline_connectors::Failure;
use throughline_domain::ErrorCode;

use crate::support::*;

async fn reading(answering: impl Fn(usize, &Asked) -> Response + Send + Sync + 'static) -> Failure {
    let server = Server::start(answering).await;
    read(&server.url()).await
}

async fn read(url: &str) -> Failure {
    let connection = simple(url);
    let rec = recorder(&connection);
    let query = connection.compile(
        "item",
        &throughline_flow::uql::Query {
            entity: "item".into(),
            condition: None,
            order_by: vec![],
            limit: None,
        },
    );
    match connection.fetch(&query.unwrap(), None, &rec).await {
        Ok(mut page) => page.unreadable.remove(0),
        Err(failure) => failure,
    }
}

fn not_understood(failure: &Failure, part: &str) {
    assert_eq!(failure.code, ErrorCode::AnswerNotUnderstood, "{failure}");
    assert!(failure.message.contains(part), "{failure}");
    assert_eq!(failure.exchange.as_deref(), Some("e1"));
    assert!(!failure.transient && !failure.outcome_unknown);
}

#[tokio::test]
async fn garbage_is_not_understood() {
    let failure =
        reading(|_, _| answer_with(200, &[("content-type", "application/json")], "\u{1}\u{2}garbage{{{"))
            .await;
    not_understood(&failure, "not JSON");
}

#[tokio::test]
async fn a_web_page_is_recognised() {
    let failure = reading(|_, _| {
        answer_with(200, &[("content-type", "text/html")], "<!doctype html><title>Log in</title>")
    })
    .await;
    not_understood(&failure, "web page");
}

#[tokio::test]
async fn the_wrong_content_type_is_forgiven_when_the_body_is_json() {
    let server =
        Server::start(|_, _| answer_with(200, &[("content-type", "image/png")], r#"{"name":"me"}"#)).await;
    let connection = simple(&server.url());
    let report = connection.test(&recorder(&connection)).await.unwrap();
    assert_eq!(report.identity.as_deref(), Some("me"));
}

#[tokio::test]
async fn deep_nesting_is_not_understood() {
    let failure = reading(|_, _| answer_with(200, &[], "[".repeat(100_000))).await;
    not_understood(&failure, "recursion limit");
}

#[tokio::test]
async fn numbers_out_of_range_are_not_understood() {
    let failure = reading(|_, _| answer_with(200, &[], r#"{"items":[{"id":1e999999}]}"#)).await;
    not_understood(&failure, "number out of range");
}

#[tokio::test]
async fn a_missing_list_is_named() {
    let failure = reading(|_, _| json_answer(200, &json!({"rows": []}))).await;
    not_understood(&failure, "`/items`");
    assert_eq!(failure.pointer.as_deref(), Some("/items"));
}

#[tokio::test]
async fn an_endless_answer_is_cut() {
    let failure = reading(|_, _| {
        let piece = |_| Ok::<_, std::io::Error>(Bytes::from_static(&[b'x'; 65536]));
        let endless = futures_util::stream::iter(0_u64..).map(piece);
        answer_with(200, &[], Body::from_stream(endless))
    });
    let failure = failure.await;
    assert_eq!(failure.code, ErrorCode::AnswerTooLarge, "{failure}");
    assert!(failure.message.contains("1 MiB"), "{failure}");
}

#[tokio::test]
async fn a_compressed_bomb_is_cut() {
    let bomb = gzipped(&vec![b' '; 64 * 1024 * 1024]);
    assert!(bomb.len() < 128 * 1024);
    let failure = reading(move |_, _| answer_with(200, &[("content-encoding", "gzip")], bomb.clone())).await;
    assert_eq!(failure.code, ErrorCode::AnswerTooLarge, "{failure}");
}

#[tokio::test]
async fn broken_compression_is_not_understood() {
    let failure = reading(|_, _| answer_with(200, &[("content-encoding", "gzip")], "no gzip at all")).await;
    assert_eq!(failure.code, ErrorCode::AnswerNotUnderstood, "{failure}");
}

#[tokio::test]
async fn a_slow_drip_ends_at_the_total_limit() {
    let start = Instant::now();
    let failure = reading(|_, _| {
        let drip = futures_util::stream::iter(0..1000).then(|_| async {
            tokio::time::sleep(Duration::from_millis(100)).await;
            Ok::<_, std::io::Error>(Bytes::from_static(b" "))
        });
        answer_with(200, &[], Body::from_stream(drip))
    });
    let failure = failure.await;
    assert_eq!(failure.code, ErrorCode::RequestTimedOut, "{failure}");
    assert!(start.elapsed() < Duration::from_secs(4));
}

#[tokio::test]
async fn silence_ends_at_the_read_limit() {
    let silent = raw_server(b"", Duration::from_secs(20)).await;
    let start = Instant::now();
    let failure = read(&format!("http://{silent}")).await;
    assert_eq!(failure.code, ErrorCode::RequestTimedOut, "{failure}");
    assert!(start.elapsed() < Duration::from_secs(4));
}

#[tokio::test]
async fn redirects_to_other_places_are_refused() {
    for target in [
        "http://169.254.169.254/latest/meta-data",
        "http://127.0.0.2/x",
        "http://[::1]/",
        "https://example.org/",
        "ftp://127.0.0.1/",
    ] {
        let failure = reading(move |_, _| answer_with(302, &[("location", target)], "")).await;
        assert_eq!(failure.code, ErrorCode::RedirectRefused, "{failure}");
        assert!(failure.message.contains("redirects"), "{failure}");
    }
}

#[tokio::test]
async fn redirects_in_a_circle_end() {
    let failure = reading(|_, _| answer_with(302, &[("location", "/again")], "")).await;
    assert_eq!(failure.code, ErrorCode::RedirectRefused, "{failure}");
}

#[tokio::test]
async fn a_redirect_on_the_same_host_is_followed_and_recorded() {
    let server = Server::start(|_, asked| match asked.path.as_str() {
        "/me" => answer_with(301, &[("location", "/v2/me?x=1")], ""),
        _ => json_answer(200, &json!({"name": "me"})),
    });
    let server = server.await;
    let connection = simple(&server.url());
    let rec = recorder(&connection);
    connection.test(&rec).await.unwrap();
    assert_eq!(server.asked()[1].line(), "GET /v2/me?x=1");
    assert_eq!(rec.exchanges().get()["exchanges"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn private_addresses_are_refused_before_anything_is_sent() {
    let server = Server::start(|_, _| json_answer(200, &json!({}))).await;
    let closed = egress_with(|config| config.allow.clear());
    for url in [
        server.url(),
        format!("http://localhost:{}", server.address.port()),
        "http://169.254.169.254".to_owned(),
    ] {
        let connection = simple_through(&url, closed.clone());
        let rec = recorder(&connection);
        let failure = connection.test(&rec).await.unwrap_err();
        assert_eq!(failure.code, ErrorCode::AddressRefused, "{failure}");
        assert_eq!(rec.exchanges().get()["exchanges"][0]["error"]["kind"], "address_refused");
    }
    assert_eq!(server.count(), 0);
}

#[tokio::test]
async fn a_name_with_one_allowed_address_uses_that_one() {
    let server = Server::start(|_, _| json_answer(200, &json!({"name": "me"}))).await;
    let connection = simple(&format!("http://localhost:{}", server.address.port()));
    let rec = recorder(&connection);
    connection.test(&rec).await.unwrap();
    let exchange = rec.exchanges().get()["exchanges"][0].clone();
    assert_eq!(exchange["remote_address"], json!(server.address.to_string()));
    assert!(
        exchange["timings"]["dns_ms"].is_number() && exchange["timings"]["connect_ms"].is_number(),
        "{exchange}"
    );
}

#[tokio::test]
async fn refused_connections_say_so() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let failure = read(&format!("http://{address}")).await;
    assert_eq!(failure.code, ErrorCode::ConnectionFailed);
    assert!(failure.transient && failure.message.contains("refuses connections"), "{failure}");
    assert_eq!(failure.exchange.as_deref(), Some("e3"), "three attempts");
}

#[tokio::test]
async fn unknown_names_say_so() {
    let failure = read("http://no-such-host.invalid").await;
    assert_eq!(failure.code, ErrorCode::NameNotResolved, "{failure}");
}

#[tokio::test]
async fn plain_http_on_a_tls_address_says_so() {
    let server = Server::start(|_, _| json_answer(200, &json!({}))).await;
    let failure = read(&format!("https://{}", server.address)).await;
    assert_eq!(failure.code, ErrorCode::TlsFailed, "{failure}");
}

#[tokio::test]
async fn a_connection_that_breaks_in_the_middle_is_a_failed_connection() {
    let broken =
        raw_server(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"items\"", Duration::ZERO).await;
    let failure = read(&format!("http://{broken}")).await;
    assert_eq!(failure.code, ErrorCode::ConnectionFailed, "{failure}");
    assert!(failure.message.contains("broke"), "{failure}");
}

#[tokio::test]
async fn nonsense_instead_of_http_is_a_failed_connection() {
    let failure =
        read(&format!("http://{}", raw_server(b"SSH-2.0-OpenSSH_9.2\r\n", Duration::ZERO).await)).await;
    assert_eq!(failure.code, ErrorCode::ConnectionFailed, "{failure}");
}

#[tokio::test]
async fn a_record_without_a_key_is_named() {
    let failure =
        reading(|_, _| json_answer(200, &json!({"items": [{"id": 1}, {"name": "x"}], "total": 2}))).await;
    assert_eq!(failure.code, ErrorCode::RecordKeyMissing);
    assert_eq!(failure.pointer.as_deref(), Some("/items/1"));
}

#[test]
fn addresses_that_are_none_are_refused() {
    for url in ["ftp://x", "x", "http://", "http://user:pass@host", "http://host/?a=1", "file:///etc/passwd"]
    {
        let made = throughline_connectors::Connection::new(
            manifest(SIMPLE),
            system(url, Value::Null, &[]),
            egress(),
        );
        assert_eq!(made.unwrap_err().code, ErrorCode::ConfigurationUnusable, "{url}");
    }
}

fn gzipped(bytes: &[u8]) -> Vec<u8> {
    use std::io::Write;
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}
