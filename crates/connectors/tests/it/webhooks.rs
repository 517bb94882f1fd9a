//! Pushed documents.

use serde_json::json;
use throughline_connectors::{Catalogue, Connection};
use throughline_domain::ErrorCode;

use crate::support::*;

fn listener(connector: &str, settings: serde_json::Value, credentials: &[(&str, &str)]) -> Connection {
    let manifest = Catalogue::builtin().unwrap().get(connector).unwrap();
    Connection::new(manifest, system("http://127.0.0.1:1", settings, credentials), egress()).unwrap()
}

fn header(name: &str, value: &str) -> Vec<(String, String)> {
    vec![(name.to_owned(), value.to_owned())]
}

const EVENT: &[u8] = br#"{"version":1,"event":"alert.raised","alerts":[{"id":"ALR-1","labels":{"severity":"critical"},"updated_at":"2026-01-05T10:00:00.000Z"}]}"#;

#[test]
fn a_signed_document_is_accepted_and_another_is_not() {
    use hmac::{KeyInit, Mac};
    let connection = listener("playground-monitor", json!({}), &[("webhook_secret", "shh-secret")]);
    let mut mac = hmac::Hmac::<sha2::Sha256>::new_from_slice(b"shh-secret").unwrap();
    mac.update(EVENT);
    let signature = format!("sha256={}", hex::encode(mac.finalize().into_bytes()));
    let records =
        connection.receive("alert", &header("x-monitor-signature", &signature), EVENT).unwrap().records;
    assert_eq!((records[0].key.as_str(), &records[0].fields["severity"]), ("ALR-1", &json!("critical")));
    for wrong in [
        &header("X-Monitor-Signature", "sha256=00"),
        &header("X-Other", &signature),
        &header("X-Monitor-Signature", &signature[7..]),
    ] {
        assert_eq!(
            connection.receive("alert", wrong, EVENT).unwrap_err().code,
            ErrorCode::CredentialsRefused
        );
    }
}

#[test]
fn without_a_secret_anything_is_accepted() {
    let connection = listener("playground-monitor", json!({}), &[]);
    assert_eq!(connection.receive("alert", &[], EVENT).unwrap().records.len(), 1);
}

#[test]
fn a_shared_header_is_compared() {
    let connection = listener("http", json!({}), &[("webhook_secret", "s1")]);
    assert!(connection.receive("record", &header("X-Webhook-Secret", "s1"), br#"{"id": 1}"#).is_ok());
    assert!(connection.receive("record", &header("X-Webhook-Secret", "s2"), br#"{"id": 1}"#).is_err());
    assert!(connection.receive("record", &[], br#"{"id": 1}"#).is_err());
}

#[test]
fn any_document_gives_records_where_the_settings_say() {
    let connection = listener(
        "http",
        json!({"listen_select": "data.items", "key": "/meta/uid", "changed_at": "at", "record_url": "web"}),
        &[],
    );
    let body = br#"{"data": {"items": [{"meta": {"uid": 7}, "at": "2026-01-01T01:00:00+01:00", "web": "https://x/7"}, {"meta": {"uid": "b"}}]}}"#;
    let records = connection.receive("record", &[], body).unwrap().records;
    assert_eq!(records[0].key, "7");
    assert_eq!(records[0].version.as_deref(), Some("2026-01-01T00:00:00.000000Z"));
    assert_eq!(records[0].url.as_deref(), Some("https://x/7"));
    assert_eq!((records[1].key.as_str(), records[1].version.as_deref()), ("b", None));
}

#[test]
fn one_object_is_one_record() {
    let connection = listener("http", json!({}), &[]);
    let records =
        connection.receive("record", &[], br#"{"id": "x", "n": 12345678901234567890}"#).unwrap().records;
    assert_eq!(records[0].fields, json!({"id": "x", "n": 12_345_678_901_234_567_890_u64}));
}

#[test]
fn what_is_not_understood_says_why() {
    let connection = listener("http", json!({"listen_select": "items"}), &[]);
    let fault = |body: &[u8]| connection.receive("record", &[], body).unwrap_err();
    assert_eq!(fault(b"{").code, ErrorCode::EventNotUnderstood);
    assert_eq!(fault(b"\xff").code, ErrorCode::EventNotUnderstood);
    assert_eq!(fault("[".repeat(10_000).as_bytes()).code, ErrorCode::EventNotUnderstood);
    let nothing = fault(br#"{"other": 1}"#);
    assert_eq!((nothing.code, nothing.pointer.as_deref()), (ErrorCode::EventNotUnderstood, Some("/items")));
    let page = connection.receive("record", &[], br#"{"items": [{"a": 1}, {"id": 2}]}"#).unwrap();
    let keyless = &page.unreadable[0];
    assert_eq!((keyless.code, keyless.pointer.as_deref()), (ErrorCode::RecordKeyMissing, Some("/items/0")));
    assert_eq!((page.records.len(), page.records[0].key.as_str()), (1, "2"));
}

#[test]
fn events_of_other_kinds_carry_no_records() {
    let connection = listener("playground-monitor", json!({}), &[]);
    let page = connection.receive("alert", &[], br#"{"event": "ping", "alerts": [{"id": "x"}]}"#).unwrap();
    assert!(page.records.is_empty() && page.unreadable.is_empty());
}
