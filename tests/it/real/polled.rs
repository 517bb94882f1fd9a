//! Alertmanager's API v2, polled.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};
use throughline_domain::{Clock, SystemClock};
use throughline_testkit::eventually;

use super::software::{Bench, SOON, unique};
use crate::support::Client;

/// An alert for Alertmanager's API that goes on for some minutes.
fn alert(name: &str, host: &str, began: DateTime<Utc>) -> Value {
    json!([{ "labels": { "alertname": name, "host": host, "severity": "critical" },
             "annotations": { "summary": format!("{name} on {host}"), "description": "Raised through the API." },
             "startsAt": began, "endsAt": SystemClock.now() + TimeDelta::minutes(10) }])
}

/// The newest run of an integration, once it is not `before`.
async fn run_after(client: &Client, integration: &str, before: &Value) -> Value {
    eventually("another poll", SOON, || async {
        let runs = client.get(&format!("/v1/runs?integration={integration}&limit=1")).await;
        let id = runs["items"][0]["id"].clone();
        if id.is_null() || id == *before { Err(runs) } else { Ok(id) }
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_poll_opens_one_issue_per_alert_even_for_one_that_arrives_late() {
    let bench = Bench::start().await;
    let (client, redmine) = (&bench.ring.client, &bench.redmine);
    let (name, host) = (unique("Polled"), unique("api"));
    let mut document = bench.document();
    document["actions"][0]["trigger"] = json!({ "kind": "poll", "every": "1s", "overlap": "5s" });
    document["actions"][0]["filter"] = json!({ "all": [
        { "field": "alertname", "op": "eq", "value": name },
        { "field": "labels.host", "op": "starts_with", "value": host },
    ] });
    // By default a poll that finds nothing keeps one line.
    document["actions"][0]["capture"] = json!({ "http": "all" });
    let now = SystemClock.now();
    let (one, late, other) = (format!("{host}-1"), format!("{host}-2"), unique("other"));
    bench.alertmanager.raise(&alert(&name, &one, now)).await;
    bench.alertmanager.raise(&alert(&name, &other, now)).await;
    let published = client.publish(&document).await;
    let opened = redmine.issue(&one, |issue| issue["status"]["name"] == "New").await;
    assert_eq!(opened["subject"], json!(format!("[critical] {name} on {one}")));
    assert_eq!(
        (&opened["priority"]["name"], &opened["description"]),
        (&json!("Immediate"), &json!("Raised through the API."))
    );

    // It began long before what polls have seen by now: Prometheus was cut off from Alertmanager, say.
    bench.alertmanager.raise(&alert(&name, &late, now - TimeDelta::hours(1))).await;
    redmine.issue(&late, |issue| issue["status"]["name"] == "New").await;

    // Further polls find nothing to do.
    let mut run = Value::Null;
    for _ in 0..2 {
        run = run_after(client, &published.id, &run).await;
    }
    assert_eq!((redmine.issues(&host).await.len(), redmine.issues(&other).await.len()), (2, 0));
    let runs = client.get(&format!("/v1/runs?integration={}&status=failed", published.id)).await;
    assert_eq!(runs["items"], json!([]), "{runs:#}");

    // What was asked of Alertmanager, and what remained for the worker.
    let uql = client.phase(run.as_str().unwrap(), "uql").await;
    let url = uql["native"]["url"].as_str().unwrap();
    assert!(url.contains("/api/v2/alerts?filter=alertname%3D%22"), "{url}");
    let has = |list: &str, text: &str| {
        uql[list].as_array().unwrap().iter().any(|item| item.as_str().unwrap().contains(text))
    };
    assert!(
        has("pushed", &name) && has("residual", "labels.host") && has("residual", "updatedAt >"),
        "{uql:#}"
    );
}
