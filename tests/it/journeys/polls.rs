//! Polls: by interval, from the watermark, nothing twice and nothing missed.

use serde_json::{Value, json};
use throughline_testkit::eventually;

use crate::support::Ring;
use crate::support::client::SOON;
use crate::support::partners::Partners;

fn polling(partners: &Partners) -> Value {
    let mut document = partners.document();
    document["actions"][0]["trigger"] = json!({ "kind": "poll", "every": "1s", "overlap": "1s" });
    document
}

#[tokio::test(flavor = "multi_thread")]
async fn a_poll_opens_each_alert_once_and_follows_its_changes() {
    let ring = Ring::start().await;
    let partners = Partners::start(&ring.client).await;
    let before = partners.raise("DiskLow", "db-01", "critical").await;
    ring.client.publish(&polling(&partners)).await;
    partners.incident(&before, |incident| incident["status_id"] == 1).await;
    let after = partners.raise("DiskLow", "db-02", "critical").await;
    partners.incident(&after, |incident| incident["status_id"] == 1).await;
    partners.turn(&before, "resolve").await;
    partners.incident(&before, |incident| incident["status_id"] == 5).await;
    let counts = partners.counts().await;
    assert_eq!((&counts["creates"], &counts["duplicates"]), (&json!(2), &json!([])), "{counts:#}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_query_is_shown_with_what_was_pushed_down() {
    let ring = Ring::start().await;
    let partners = Partners::start(&ring.client).await;
    let alert = partners.raise("DiskLow", "db-01", "critical").await;
    let mut document = polling(&partners);
    document["actions"][0]["filter"] = json!({ "all": [
        { "field": "status", "op": "eq", "value": "firing" },
        { "field": "labels.host", "op": "starts_with", "value": "db-" },
    ] });
    let published = ring.client.publish(&document).await;
    partners.incident(&alert, |_| true).await;
    let run = eventually("the run that created it", SOON, || async {
        let runs = ring.client.get(&format!("/v1/runs?integration={}&record={alert}", published.id)).await;
        runs["items"][0]["id"].as_str().map(str::to_owned).ok_or(runs)
    })
    .await;
    let uql = ring.client.phase(&run, "uql").await;
    assert!(uql["text"].as_str().unwrap().starts_with("select"), "{uql:#}");
    assert!(uql["native"]["url"].as_str().unwrap().contains("status=firing"), "{uql:#}");
    assert!(
        uql["residual"].as_array().unwrap().iter().any(|text| text.to_string().contains("labels.host")),
        "{uql:#}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn publishing_hands_the_watermark_over() {
    let ring = Ring::start().await;
    let partners = Partners::start(&ring.client).await;
    let alert = partners.raise("DiskLow", "db-01", "critical").await;
    let published = ring.client.publish(&polling(&partners)).await;
    partners.incident(&alert, |_| true).await;
    let mut changed = polling(&partners);
    changed["description"] = json!("Second revision.");
    let path = format!("/v1/integrations/{}", published.id);
    let (_, current) = ring.client.ask(reqwest::Method::GET, &path, None).await;
    let answer = ring
        .client
        .http()
        .put(ring.client.url(&path))
        .bearer_auth(&ring.tenant.owner_token)
        .header("if-match", "*")
        .json(&json!({ "document": changed }))
        .send()
        .await
        .unwrap();
    assert!(answer.status().is_success(), "{} {current:#}", answer.text().await.unwrap());
    ring.client.post(&format!("{path}/publish"), &json!({})).await;
    let next = partners.raise("DiskLow", "db-03", "critical").await;
    partners.incident(&next, |_| true).await;
    eventually("a run of the second revision", SOON, || async {
        let runs = ring.client.get(&format!("/v1/runs?integration={}&record={next}", published.id)).await;
        if runs["items"][0]["revision"] == 2 { Ok(()) } else { Err(runs) }
    })
    .await;
    let counts = partners.counts().await;
    assert_eq!((&counts["creates"], &counts["duplicates"]), (&json!(2), &json!([])), "{counts:#}");
}

#[tokio::test(flavor = "multi_thread")]
async fn run_now_does_not_wait_for_the_schedule() {
    let ring = Ring::start().await;
    let partners = Partners::start(&ring.client).await;
    let alert = partners.raise("DiskLow", "db-01", "critical").await;
    let mut document = partners.document();
    document["actions"][0]["trigger"] =
        json!({ "kind": "poll", "cron": "0 3 1 1 *", "time_zone": "Europe/Sofia" });
    let published = ring.client.publish(&document).await;
    let run = ring.client.run_now(&published.id, "open-incident").await;
    let run = ring.client.ended(&run).await;
    assert_eq!((&run["trigger"], &run["records"]["created"]), (&json!("manual"), &json!(1)), "{run:#}");
    assert_eq!(partners.incidents(&alert).await.len(), 1);
}
