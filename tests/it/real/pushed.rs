//! Prometheus → Alertmanager → Throughline → Redmine, all of them real.

use serde_json::json;
use throughline_testkit::eventually;

use super::software::{Bench, SOON, custom, unique};

#[tokio::test(flavor = "multi_thread")]
async fn an_alert_opens_one_issue_its_end_closes_it_and_its_return_opens_it_again() {
    let bench = Bench::start().await;
    let (client, redmine, host) = (&bench.ring.client, &bench.redmine, unique("db"));
    let published = client.publish(&bench.document()).await;
    let watched = bench.alertmanager.watch(&host, published.hook_url.as_ref().unwrap()).await;

    watched.disk_free(3);
    let opened = redmine.issue(&host, |issue| issue["status"]["name"] == "New").await;
    assert_eq!(opened["subject"], json!(format!("[warning] DiskLow on {host}")));
    assert_eq!(opened["description"], "3 % free on /");
    assert_eq!((&opened["project"]["name"], &opened["tracker"]["name"]), (&json!("ITSM"), &json!("Support")));
    assert_eq!(
        (&opened["priority"]["name"], &opened["author"]["name"]),
        (&json!("High"), &json!("Ann Agent"))
    );
    assert_eq!(
        (custom(&opened, "Source System"), custom(&opened, "Impact")),
        (&json!("Prometheus"), &json!("2-Medium"))
    );
    let fingerprint = custom(&opened, "External ID").as_str().unwrap().to_owned();

    watched.disk_free(50);
    let closed = redmine.issue(&host, |issue| issue["status"]["name"] == "Closed").await;
    assert_eq!(closed["id"], opened["id"]);
    assert_eq!(redmine.notes(&closed).await, ["Alertmanager: resolved."]);

    watched.disk_free(4);
    let reopened = redmine.issue(&host, |issue| issue["status"]["name"] == "New").await;
    assert_eq!(reopened["id"], opened["id"], "reopened, not doubled");
    assert_eq!(reopened["description"], "4 % free on /");
    assert_eq!(redmine.notes(&reopened).await, ["Alertmanager: resolved.", "Alertmanager: firing."]);

    // Every step can be read: three runs of this alert, and what Alertmanager sent, was mapped, and was answered.
    let runs = eventually("three runs of this alert", SOON, || async {
        let runs = client.get(&format!("/v1/runs?integration={}&record={fingerprint}", published.id)).await;
        let runs = runs["items"].as_array().unwrap().clone();
        if runs.len() == 3 { Ok(runs) } else { Err(runs) }
    })
    .await;
    let outcomes: Vec<_> = runs.iter().rev().map(|run| &run["records_preview"][0]["outcome"]).collect();
    assert_eq!(outcomes, ["created", "updated", "updated"]);
    assert!(runs.iter().all(|run| run["trigger"] == "listen" && run["status"] == "succeeded"), "{runs:#?}");
    let first = runs[2]["id"].as_str().unwrap();
    let extract = client.phase(first, "extract").await;
    assert_eq!(extract["records"][0]["fields"]["labels"]["host"], json!(host), "{extract:#}");
    assert_eq!(extract["records"][0]["fields"]["labels"]["site"], "lab", "Prometheus' own external label");
    let response = client.phase(first, "response").await;
    assert_eq!(response["records"][0]["target_key"], json!(opened["id"].to_string()), "{response:#}");
}
