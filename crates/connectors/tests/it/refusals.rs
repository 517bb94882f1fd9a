//! What a status means, and what the tenant reads.

use std::time::Duration;

use serde_json::{Value, json};
use throughline_connectors::Failure;
use throughline_domain::ErrorCode;

use crate::support::*;

async fn creating(status: u16, headers: &'static [(&'static str, &'static str)], body: Value) -> Failure {
    let server = Server::start(move |_, _| answer_with(status, headers, body.to_string())).await;
    let connection = simple(&server.url());
    connection.create("item", &map(json!({"name": "a"})), &recorder(&connection)).await.unwrap_err()
}

#[tokio::test]
async fn statuses_have_codes() {
    for (status, code) in [
        (400, ErrorCode::ValueRefused),
        (401, ErrorCode::CredentialsRefused),
        (403, ErrorCode::PermissionDenied),
        (404, ErrorCode::EndpointNotFound),
        (405, ErrorCode::EndpointNotFound),
        (409, ErrorCode::WriteConflict),
        (412, ErrorCode::WriteConflict),
        (422, ErrorCode::ValueRefused),
        (429, ErrorCode::RateLimited),
        (500, ErrorCode::ServerError),
        (503, ErrorCode::ServerError),
    ] {
        let failure = creating(status, &[], json!({"error": {"message": "Because."}})).await;
        assert_eq!(failure.code, code, "{failure}");
        assert!(
            failure.message.contains("Because") && failure.message.contains(&status.to_string()),
            "{failure}"
        );
        assert!(failure.message.contains("Simple") && failure.exchange.is_some(), "{failure}");
        assert_eq!(failure.outcome_unknown, status >= 500, "{failure}");
    }
}

#[tokio::test]
async fn a_long_wait_is_left_to_the_scheduler() {
    for status in [429, 503] {
        let failure = creating(status, &[("retry-after", "90")], json!({})).await;
        assert_eq!(failure.retry_after, Some(Duration::from_secs(90)));
        assert!(failure.transient && !failure.outcome_unknown, "{failure}");
        assert_eq!(failure.exchange.as_deref(), Some("e1"));
    }
}

#[tokio::test]
async fn refused_fields_are_named() {
    let fields = json!([{"field": "subject", "code": "too_long"}, {"field": "name", "code": "required"}]);
    let failure = creating(422, &[], json!({"message": "Two faults", "fields": fields})).await;
    assert_eq!((failure.code, failure.field.as_deref()), (ErrorCode::ValueRefused, Some("subject")));
    assert_eq!(failure.pointer.as_deref(), Some("/fields/0"));
}

#[tokio::test]
async fn missing_required_fields_have_a_code_of_their_own() {
    let failure = creating(422, &[], json!({"fields": [{"field": "subject", "code": "required"}]})).await;
    assert_eq!((failure.code, failure.field.as_deref()), (ErrorCode::RequiredFieldMissing, Some("subject")));
    let sent = creating(422, &[], json!({"fields": [{"field": "name", "code": "required"}]})).await;
    assert_eq!(sent.code, ErrorCode::ValueRefused, "a value that was sent but not accepted");
}

#[tokio::test]
async fn a_missing_record_is_missing_only_where_one_was_named() {
    let server = Server::start(|_, _| json_answer(404, &json!({}))).await;
    let connection = simple(&server.url());
    let rec = recorder(&connection);
    let failure = connection.update("item", "7", &map(json!({"a": 1})), &rec).await.unwrap_err();
    assert_eq!(failure.code, ErrorCode::LinkedRecordMissing);
    assert_eq!(connection.get("item", "7", &rec).await, Ok(None));
    assert_eq!(connection.test(&rec).await.unwrap_err().code, ErrorCode::EndpointNotFound);
}

#[tokio::test]
async fn what_a_message_quotes_is_masked() {
    let failure = creating(403, &[], json!({"message": format!("key {SECRET} may not")})).await;
    assert!(!failure.message.contains(SECRET) && failure.message.contains("[masked:secret:"), "{failure}");
}

#[tokio::test]
async fn an_endless_message_is_shortened() {
    let failure = creating(400, &[], json!({"message": "é".repeat(100_000)})).await;
    assert!(failure.message.len() < 1000);
}

#[tokio::test]
async fn absent_credentials_are_told_before_anything_is_sent() {
    let server = Server::start(|_, _| json_answer(200, &json!({}))).await;
    let system = system(&server.url(), json!({}), &[]);
    let connection = throughline_connectors::Connection::new(manifest(SIMPLE), system, egress()).unwrap();
    let failure = connection.test(&recorder(&connection)).await.unwrap_err();
    assert_eq!(failure.code, ErrorCode::CredentialsMissing);
    assert_eq!(server.count(), 0);
}
