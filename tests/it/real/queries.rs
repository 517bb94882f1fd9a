//! Redmine as a source: what it evaluates itself, and what it is not asked again.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};
use throughline_domain::{Clock, SystemClock};
use throughline_testkit::eventually;

use super::software::{Bench, SOON, field, said, unique};

/// Escalates issues of one project into another one.
fn escalation(bench: &Bench, marker: &str) -> Value {
    let external = &field(&bench.issue, "External ID")["path"];
    let impact = &field(&bench.issue, "Impact")["path"];
    json!({
        "name": "ITSM to OPS", "description": "",
        "source": { "system": bench.target, "entity": "issue" },
        "target": { "system": bench.target, "entity": "issue" },
        "correlation": { "target_field": external },
        "actions": [{
            "key": "escalate", "name": "Urgent issues go to OPS", "direction": "forward",
            "trigger": { "kind": "poll", "cron": "0 3 1 1 *", "time_zone": "Europe/Sofia", "overlap": "1s" },
            "filter": { "all": [
                { "field": "project_id", "op": "eq", "value": 1 },
                { "field": "status_id", "op": "in", "value": [1, 2] },
                { "field": "priority_id", "op": "in", "value": [4, 5] },
                { "field": impact, "op": "eq", "value": "1-High" },
                { "field": "subject", "op": "contains", "value": marker },
                { "field": "description", "op": "contains", "value": "escalate" },
            ] },
            "map": [
                { "target": "project_id", "constant": "ops", "on": "create" },
                { "target": "subject", "template": "Escalated: {{ subject }}" },
                { "target": "priority_id", "copy": "priority_id" },
                { "target": external, "template": "itsm-{{ id }}" },
            ],
            "write": "upsert",
            "capture": { "http": "all" },
        }],
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_query_is_pushed_down_to_redmine_and_goes_on_where_it_ended() {
    let bench = Bench::start().await;
    let (client, redmine, marker) = (&bench.ring.client, &bench.redmine, unique("outage"));
    let impact = field(&bench.issue, "Impact")["path"].as_str().unwrap().trim_start_matches("cf_").to_owned();
    let issue = |subject: &str, priority: u32, description: &str| {
        json!({ "project_id": said("REDMINE_PROJECT"), "subject": format!("{subject} {marker}"), "priority_id": priority,
                "description": description, "custom_fields": [{ "id": impact, "value": "1-High" }] })
    };
    let wanted = redmine.open(issue("Wanted", 4, "Please escalate.")).await;
    redmine.open(issue("Too low", 2, "Please escalate.")).await;
    redmine.open(issue("Not asked for", 5, "Leave it.")).await;
    let published = client.publish(&escalation(&bench, &marker)).await;

    let run = client.run_now(&published.id, "escalate").await;
    let ended = client.ended(&run).await;
    assert_eq!(ended["status"], "succeeded", "{ended:#}");
    assert_eq!(
        (&ended["records"]["created"], &ended["records"]["filtered"]),
        (&json!(1), &json!(1)),
        "{ended:#}"
    );
    let copy = redmine
        .issue(&format!("Escalated: Wanted {marker}"), |issue| issue["project"]["name"] == "OPS")
        .await;
    assert_eq!(copy["priority"]["name"], "Urgent");

    // Redmine evaluated all that it can, and gave the two issues that the rest of the filter had to be asked about.
    let uql = client.phase(&run, "uql").await;
    let url = uql["native"]["url"].as_str().unwrap();
    for parameter in [
        "project_id=1",
        "status_id=1%7C2",
        "priority_id=4%7C5",
        &format!("cf_{impact}=1-High"),
        "sort=updated_on%3Aasc",
    ] {
        assert!(url.contains(parameter), "no {parameter} in {url}");
    }
    let list = |name: &str| {
        uql[name].as_array().unwrap().iter().map(|item| item.as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let (pushed, residual) = (list("pushed"), list("residual"));
    assert!(pushed.iter().any(|text| text.starts_with("status_id in")), "{pushed:?}");
    assert!(!residual.iter().any(|text| text.starts_with("status_id")), "exact: {residual:?}");
    assert!(residual.iter().any(|text| text.starts_with("contains(description")), "{residual:?}");
    let http = client.phase(&run, "extract_http").await;
    let body = &http["exchanges"][0]["response"]["body"]["text"];
    let answered: Value = serde_json::from_str(body.as_str().unwrap()).unwrap();
    assert_eq!(answered["total_count"], 2, "{http:#}");

    // The next run asks for later changes only, and follows one. Redmine tells changes by the second, so it comes in a later one.
    let opened: DateTime<Utc> = wanted["updated_on"].as_str().unwrap().parse().unwrap();
    eventually("the next second", SOON, || async {
        if SystemClock.now() >= opened + TimeDelta::seconds(1) { Ok(()) } else { Err(opened) }
    })
    .await;
    redmine.change(&wanted["id"], json!({ "subject": format!("Wanted more {marker}") })).await;
    let run = client.run_now(&published.id, "escalate").await;
    let ended = client.ended(&run).await;
    assert_eq!(
        (&ended["records"]["updated"], &ended["records"]["created"]),
        (&json!(1), &json!(0)),
        "{ended:#}"
    );
    let uql = client.phase(&run, "uql").await;
    assert!(uql["native"]["url"].as_str().unwrap().contains("updated_on=%3E%3D"), "{uql:#}");
    let followed = redmine.issue(&format!("Escalated: Wanted more {marker}"), |_| true).await;
    assert_eq!(followed["id"], copy["id"]);
}
