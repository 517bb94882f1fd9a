//! The main job: an alert becomes an incident, is closed with it, and is never doubled.

use serde_json::json;
use throughline_testkit::eventually;

use crate::support::Ring;
use crate::support::client::SOON;
use crate::support::partners::Partners;

#[tokio::test(flavor = "multi_thread")]
async fn a_firing_alert_opens_an_incident_and_its_run_can_be_read_phase_by_phase() {
    let ring = Ring::start().await;
    let partners = Partners::start(&ring.client).await;
    let published = partners.listen(&ring.client, &partners.document()).await;
    let alert = partners.raise("DiskLow", "db-01", "critical").await;
    let incident = partners.incident(&alert, |_| true).await;
    assert_eq!(incident["subject"], "[critical] DiskLow on db-01");
    assert_eq!(incident["priority_id"], 5);

    let path = format!("/v1/runs?integration={}", published.id);
    let run = eventually("the run is stored", SOON, || async {
        let runs = ring.client.get(&path).await;
        runs["items"][0]["id"].as_str().map(str::to_owned).ok_or(runs)
    })
    .await;
    let run = ring.client.ended(&run).await;
    assert_eq!(run["status"], "succeeded", "{run:#}");
    assert_eq!(run["trigger"], "listen");
    assert_eq!(run["records"]["created"], 1);
    let id = run["id"].as_str().unwrap();
    let extract = ring.client.phase(id, "extract").await;
    assert_eq!(extract["records"][0]["key"], json!(alert));
    let load = ring.client.phase(id, "load").await;
    assert_eq!(load["records"][0]["operation"], "create");
    assert_eq!(load["records"][0]["fields"]["subject"], "[critical] DiskLow on db-01");
    let subject = load["records"][0]["rules"]
        .as_array()
        .unwrap()
        .iter()
        .find(|rule| rule["target"] == "subject")
        .unwrap();
    assert_eq!((&subject["kind"], &subject["pointer"]), (&json!("template"), &json!("/actions/0/map/0")));
    let response = ring.client.phase(id, "response").await;
    assert_eq!(response["records"][0]["target_key"], incident["number"]);
    let records = ring.client.records(id).await;
    assert_eq!((&records[0]["outcome"], &records[0]["target_key"]), (&json!("created"), &incident["number"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn resolved_closes_and_firing_again_reopens_the_same_incident() {
    let ring = Ring::start().await;
    let partners = Partners::start(&ring.client).await;
    partners.listen(&ring.client, &partners.document()).await;
    let alert = partners.raise("ServiceDown", "web-01", "warning").await;
    let opened = partners.incident(&alert, |incident| incident["status_id"] == 1).await;
    partners.turn(&alert, "resolve").await;
    let closed = partners.incident(&alert, |incident| incident["status_id"] == 5).await;
    assert_eq!(opened["number"], closed["number"]);
    partners.turn(&alert, "fire").await;
    let reopened = partners.incident(&alert, |incident| incident["status_id"] == 1).await;
    assert_eq!(opened["number"], reopened["number"]);
    assert_eq!(partners.counts().await["creates"], 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_resolved_alert_that_was_never_opened_is_skipped() {
    let ring = Ring::start().await;
    let partners = Partners::start(&ring.client).await;
    let alert = partners.raise("DiskLow", "db-02", "warning").await;
    partners.turn(&alert, "resolve").await;
    let published = partners.listen(&ring.client, &partners.document()).await;
    let event =
        json!({ "version": 1, "event": "alert.resolved", "delivery": "d-1", "alerts": [resolved(&alert)] });
    let run = ring.client.hook(published.hook_url.as_ref().unwrap(), &event).await;
    let run = ring.client.ended(&run).await;
    assert_eq!((&run["status"], &run["records"]["skipped"]), (&json!("succeeded"), &json!(1)), "{run:#}");
    assert!(partners.incidents(&alert).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_event_twice_changes_nothing_the_second_time() {
    let ring = Ring::start().await;
    let partners = Partners::start(&ring.client).await;
    let published = ring.client.publish(&partners.document()).await;
    let event =
        json!({ "version": 1, "event": "alert.raised", "delivery": "d-1", "alerts": [firing("ALR-900001")] });
    let url = published.hook_url.as_ref().unwrap();
    let first = ring.client.hook(url, &event).await;
    ring.client.ended(&first).await;
    let second = ring.client.hook(url, &event).await;
    let second = ring.client.ended(&second).await;
    assert_eq!(second["records"]["unchanged"], 1, "{second:#}");
    let counts = partners.counts().await;
    assert_eq!((&counts["creates"], &counts["updates"]), (&json!(1), &json!(0)));
}

#[tokio::test(flavor = "multi_thread")]
async fn fifty_events_of_one_alert_at_once_make_one_incident() {
    let ring = Ring::start().await;
    let partners = Partners::start(&ring.client).await;
    let published = ring.client.publish(&partners.document()).await;
    let url = published.hook_url.unwrap();
    let event =
        json!({ "version": 1, "event": "alert.raised", "delivery": "d", "alerts": [firing("ALR-900002")] });
    let sending = (0..50).map(|_| ring.client.hook(&url, &event));
    let runs = futures_util::future::join_all(sending).await;
    for run in runs {
        let run = ring.client.ended(&run).await;
        assert_eq!(run["status"], "succeeded", "{run:#}");
    }
    assert_eq!(partners.counts().await["by_external_id"]["ALR-900002"]["created"], 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_filter_leaves_out_says_why() {
    let ring = Ring::start().await;
    let partners = Partners::start(&ring.client).await;
    let mut document = partners.document();
    document["actions"][0]["filter"] =
        json!({ "field": "labels.severity", "op": "in", "value": ["critical"] });
    let published = ring.client.publish(&document).await;
    let event =
        json!({ "version": 1, "event": "alert.raised", "delivery": "d", "alerts": [firing("ALR-900003")] });
    let run = ring.client.hook(published.hook_url.as_ref().unwrap(), &event).await;
    let run = ring.client.ended(&run).await;
    assert_eq!((&run["records"]["filtered"], &run["records"]["created"]), (&json!(1), &json!(0)), "{run:#}");
    let extract = ring.client.phase(run["id"].as_str().unwrap(), "extract").await;
    let trace = &extract["filtered"][0]["trace"][0];
    assert_eq!((&trace["seen"], &trace["passed"]), (&json!("warning"), &json!(false)), "{extract:#}");
}

pub(crate) fn firing(id: &str) -> serde_json::Value {
    json!({
        "id": id, "status": "firing",
        "labels": { "alertname": "DiskLow", "host": "db-01", "severity": "warning", "service": "postgres", "site": "sofia" },
        "annotations": { "summary": "Disk low on db-01", "description": "4.2 % free on /var" },
        "value": 4.2, "starts_at": "2026-01-05T10:00:00.000Z", "ends_at": null, "updated_at": "2026-01-05T10:00:00.000Z",
        "acknowledged": false, "ticket": null, "url": "http://127.0.0.1/alerts/1",
    })
}

fn resolved(id: &str) -> serde_json::Value {
    let mut alert = firing(id);
    alert["status"] = json!("resolved");
    alert["ends_at"] = json!("2026-01-05T10:05:00.000Z");
    alert["updated_at"] = json!("2026-01-05T10:05:00.000Z");
    alert
}
