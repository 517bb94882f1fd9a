//! What Redmine tells of itself: trackers, statuses, priorities, projects, custom fields.

use serde_json::{Value, json};

use super::software::{Bench, Redmine, field, read_schema, said};

/// The labels of a field's values.
fn labels(field: &Value) -> Vec<&str> {
    field["values"].as_array().unwrap().iter().map(|value| value["label"].as_str().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_administrator_sees_all_of_it() {
    let bench = Bench::start().await;
    let client = &bench.ring.client;
    let system =
        client.system(&Redmine::system("Redmine as administrator", &said("REDMINE_ADMIN_KEY"))).await;
    let issue = read_schema(client, &system).await;
    assert_eq!(labels(field(&issue, "Tracker")), ["Bug", "Feature", "Support"]);
    assert_eq!(
        labels(field(&issue, "Status")),
        ["New", "In Progress", "Resolved", "Feedback", "Closed", "Rejected"]
    );
    assert_eq!(labels(field(&issue, "Priority")), ["Low", "Normal", "High", "Urgent", "Immediate"]);
    assert!(labels(field(&issue, "Project")).contains(&"secret"));
    let impact = field(&issue, "Impact");
    assert_eq!((&impact["kind"], &impact["custom"]), (&json!("enum"), &json!(true)));
    assert_eq!(labels(impact), ["1-High", "2-Medium", "3-Low"]);
    let external = field(&issue, "External ID");
    assert_eq!(external["path"], json!(format!("cf_{}", said("REDMINE_EXTERNAL_ID_FIELD"))));
    assert_eq!(external["kind"], "text");
}

#[tokio::test(flavor = "multi_thread")]
async fn another_account_sees_its_projects_and_the_custom_fields_of_issues() {
    let bench = Bench::start().await;
    assert_eq!(labels(field(&bench.issue, "Project")), ["itsm", "ops"]);
    for name in ["External ID", "Source System", "Impact"] {
        assert_eq!(field(&bench.issue, name)["custom"], true);
    }
    let tested = bench.ring.client.post(&format!("/v1/systems/{}/test", bench.target), &json!({})).await;
    assert_eq!((&tested["ok"], &tested["identity"]), (&json!(true), &json!("agent")), "{tested:#}");
    let tested = bench.ring.client.post(&format!("/v1/systems/{}/test", bench.source), &json!({})).await;
    assert!(said("ALERTMANAGER_VERSION").starts_with(tested["version"].as_str().unwrap()), "{tested:#}");
}

#[tokio::test(flavor = "multi_thread")]
async fn before_the_schema_is_read_a_custom_field_is_unknown_and_the_fault_says_what_to_do() {
    let bench = Bench::start().await;
    let client = &bench.ring.client;
    let system = client.system(&Redmine::system("Redmine, unread", &said("REDMINE_KEY"))).await;
    let mut document = bench.document();
    document["target"]["system"] = json!(system);
    let made = client.post("/v1/integrations", &json!({ "document": document })).await;
    let fault = &made["faults"][0];
    assert_eq!(fault["code"], "unknown_field", "{made:#}");
    let detail = fault["detail"].as_str().unwrap();
    assert!(detail.contains("“Redmine, unread” has not been read: reload it"), "{detail}");
    read_schema(client, &system).await;
    let id = made["id"].as_str().unwrap();
    client.post(&format!("/v1/integrations/{id}/publish"), &json!({})).await;
}
