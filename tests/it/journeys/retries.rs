//! What fails for a passing reason arrives later, by itself, once.

use serde_json::json;

use super::alert_to_incident::firing;
use crate::support::Ring;
use crate::support::partners::{Partners, a_moment};

#[tokio::test(flavor = "multi_thread")]
async fn an_outage_of_the_target_ends_in_one_incident() {
    let ring = Ring::start().await;
    let partners = Partners::start(&ring.client).await;
    let published = ring.client.publish(&partners.document()).await;
    partners.break_desk(json!({ "mode": "refused" })).await;
    let event =
        json!({ "version": 1, "event": "alert.raised", "delivery": "d", "alerts": [firing("ALR-21")] });
    let run = ring.client.hook(published.hook_url.as_ref().unwrap(), &event).await;
    let run = ring.client.ended(&run).await;
    assert_eq!(run["status"], "failed", "{run:#}");
    partners.mend_desk().await;
    partners.incident("ALR-21", |incident| incident["status_id"] == 1).await;
    assert_eq!(partners.counts().await["duplicates"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_was_lost_is_looked_for_before_it_is_written_again() {
    let ring = Ring::start().await;
    let partners = Partners::start(&ring.client).await;
    let published = ring.client.publish(&partners.document()).await;
    let lost = json!({ "mode": "lost_answer", "method": "POST", "path": "/api/incidents", "times": 1 });
    partners.break_desk(lost).await;
    let event =
        json!({ "version": 1, "event": "alert.raised", "delivery": "d", "alerts": [firing("ALR-22")] });
    let run = ring.client.hook(published.hook_url.as_ref().unwrap(), &event).await;
    ring.client.ended(&run).await;
    partners.incident("ALR-22", |_| true).await;
    a_moment().await;
    let again = ring.client.hook(published.hook_url.as_ref().unwrap(), &event).await;
    ring.client.ended(&again).await;
    assert_eq!(partners.counts().await["by_external_id"]["ALR-22"]["created"], 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_bad_record_fails_alone() {
    let ring = Ring::start().await;
    let partners = Partners::start(&ring.client).await;
    let published = ring.client.publish(&partners.document()).await;
    let mut bad = firing("ALR-31");
    bad["labels"]["alertname"] = json!("x".repeat(300));
    let alerts = json!([firing("ALR-30"), bad, firing("ALR-32")]);
    let event = json!({ "version": 1, "event": "alert.raised", "delivery": "d", "alerts": alerts });
    let run = ring.client.hook(published.hook_url.as_ref().unwrap(), &event).await;
    let run = ring.client.ended(&run).await;
    assert_eq!(run["status"], "partly_failed", "{run:#}");
    assert_eq!((&run["records"]["created"], &run["records"]["failed"]), (&json!(2), &json!(1)));
    assert_eq!(run["error"]["evidence"]["record"], "ALR-31");
}
