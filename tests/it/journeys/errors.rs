//! The eight error classes, each produced by a partner that really behaves so, each with its evidence and its words.

use serde_json::{Value, json};

use super::alert_to_incident::firing;
use crate::support::partners::{self, Partners};
use crate::support::{Client, Ring};

/// Sends one alert through `document` and gives the run that failed.
async fn failed_run(client: &Client, document: &Value, alert: Value) -> Value {
    let published = client.publish(document).await;
    let event = json!({ "version": 1, "event": "alert.raised", "delivery": "d", "alerts": [alert] });
    let run = client.hook(published.hook_url.as_ref().unwrap(), &event).await;
    let run = client.ended(&run).await;
    assert_eq!(run["status"], "failed", "{run:#}");
    let error = &run["error"];
    for word in ["title", "message", "cause", "what_to_do", "docs"] {
        assert!(
            error[word].as_str().is_some_and(|text| !text.is_empty()),
            "the error has no {word}: {error:#}"
        );
    }
    run
}

fn assert_class(run: &Value, class: &str, code: &str, side: &str) {
    let error = &run["error"];
    let seen = (error["class"].as_str(), error["code"].as_str(), error["side"].as_str());
    assert_eq!(seen, (Some(class), Some(code), Some(side)), "{error:#}");
}

/// The exchange that the evidence names is there, with the status that the target answered.
async fn assert_exchange(client: &Client, run: &Value, status: u16) {
    let evidence = &run["error"]["evidence"];
    assert_eq!(evidence["phase"], "load_http", "{evidence:#}");
    let document = client.phase(run["id"].as_str().unwrap(), "load_http").await;
    let exchanges = document["exchanges"].as_array().unwrap();
    let named =
        exchanges.iter().find(|exchange| exchange["id"] == evidence["exchange"]).expect("the named exchange");
    assert_eq!(named["response"]["status"], status, "{named:#}");
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_credentials_are_an_authentication_error() {
    let ring = Ring::start().await;
    let partners = Partners::start(&ring.client).await;
    let mut system = partners::desk(&partners.playground.desk_url(), "not-the-secret");
    system["name"] = json!("Desk with a wrong secret");
    let mut document = partners.document();
    document["target"]["system"] = json!(ring.client.system(&system).await);
    let run = failed_run(&ring.client, &document, firing("ALR-1")).await;
    assert_class(&run, "authentication", "token_refused", "target");
    assert_exchange(&ring.client, &run, 401).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forbidden_project_is_a_permission_error() {
    let ring = Ring::start().await;
    let partners = Partners::start(&ring.client).await;
    let mut system = json!({ "name": "Desk, read only", "connector": "playground-desk",
        "base_url": partners.playground.desk_url(), "settings": {},
        "credentials": { "client_id": "reader", "client_secret": "reader-secret" } });
    system["name"] = json!("Desk, read only");
    let mut document = partners.document();
    document["target"]["system"] = json!(ring.client.system(&system).await);
    let run = failed_run(&ring.client, &document, firing("ALR-2")).await;
    assert_class(&run, "permission", "permission_denied", "target");
    assert_exchange(&ring.client, &run, 403).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_value_without_an_entry_is_a_mapping_error_that_names_its_rule() {
    let ring = Ring::start().await;
    let partners = Partners::start(&ring.client).await;
    let mut document = partners.document();
    document["actions"][0]["map"][4] = json!({ "target": "priority_id", "value_map": { "from": "labels.severity", "values": { "critical": 5 } } });
    let run = failed_run(&ring.client, &document, firing("ALR-3")).await;
    assert_class(&run, "mapping", "value_not_mapped", "mapping");
    assert_eq!(run["error"]["evidence"]["rule"], "/actions/0/map/4");
    assert_eq!(run["error"]["evidence"]["record"], "ALR-3");
    assert!(partners.incidents("ALR-3").await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_where_nobody_listens_is_a_connectivity_error() {
    let ring = Ring::start().await;
    let partners = Partners::start(&ring.client).await;
    partners.break_desk(json!({ "mode": "refused" })).await;
    let run = failed_run(&ring.client, &partners.document(), firing("ALR-4")).await;
    assert_class(&run, "connectivity", "connection_failed", "target");
    assert!(run["error"]["next"]["at"].is_string(), "it is tried again by itself: {:#}", run["error"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_value_is_a_validation_error_that_names_the_field() {
    let ring = Ring::start().await;
    let partners = Partners::start(&ring.client).await;
    partners.control(reqwest::Method::PUT, "/control/desk/rules", Some(&json!({ "max_subject": 10 }))).await;
    let run = failed_run(&ring.client, &partners.document(), firing("ALR-5")).await;
    assert_class(&run, "validation", "value_refused", "target");
    assert_exchange(&ring.client, &run, 422).await;
    assert!(run["error"]["message"].as_str().unwrap().contains("subject"), "{:#}", run["error"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_update_without_a_counterpart_is_a_correlation_error() {
    let ring = Ring::start().await;
    let partners = Partners::start(&ring.client).await;
    let mut document = partners.document();
    document["actions"][0]["write"] = json!("update");
    document["actions"][0].as_object_mut().unwrap().remove("create_when");
    let run = failed_run(&ring.client, &document, firing("ALR-6")).await;
    assert_class(&run, "correlation", "no_linked_record", "mapping");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_target_that_asks_for_too_long_a_pause_is_a_rate_limit_error() {
    let ring = Ring::start().await;
    let partners = Partners::start(&ring.client).await;
    partners.break_desk(json!({ "mode": "rate_limit", "retry_after": 3600, "path": "/api" })).await;
    let run = failed_run(&ring.client, &partners.document(), firing("ALR-7")).await;
    assert_class(&run, "rate_limit", "rate_limited", "target");
    assert_exchange(&ring.client, &run, 429).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_uses_up_its_time_is_an_internal_error_that_says_so() {
    let ring = Ring::start().await;
    let partners = Partners::start(&ring.client).await;
    // Each answer comes within the limit of one request; all together take longer than the run may.
    partners.break_desk(json!({ "mode": "slow", "delay_ms": 1500 })).await;
    let mut document = partners.document();
    document["actions"][0]["limits"] = json!({ "timeout": "2s", "http_timeout": "2s" });
    let run = failed_run(&ring.client, &document, firing("ALR-8")).await;
    assert_eq!(run["error"]["class"], "internal", "{:#}", run["error"]);
    assert_eq!(run["error"]["code"], "run_timed_out");
}
