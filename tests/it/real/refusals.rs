//! Redmine refuses: the class, the evidence and the words of each refusal.

use serde_json::{Value, json};
use throughline_testkit::eventually;

use super::software::{
    Bench, Redmine, SOON, Spare, document, event, faults, field, read_schema, refused, resolved, said,
    set_rule, unique,
};

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_mandatory_field_is_a_validation_error_that_names_field_and_rule() {
    let bench = Bench::start().await;
    let host = unique("blank");
    let mut document = bench.document();
    set_rule(
        &mut document,
        "subject",
        json!({ "target": "subject", "template": "{{ annotations.summary | default('') }}" }),
    );
    let refused = refused(&bench.ring.client, &document, &host).await;
    refused.assert(
        "validation",
        "required_field_missing",
        422,
        &format!("Record {host}: Redmine wants a field that was not sent (HTTP 422): Subject cannot be blank. Map the field."),
    );
    assert_eq!(refused.error["evidence"]["pointer"], "/errors/0");
    assert_eq!(refused.error["evidence"]["rule"], "/actions/0/map/2");
    assert_eq!(refused.exchange["request"]["method"], "POST");
    assert!(refused.error["next"].is_null(), "no use in trying it again: {:#}", refused.error);

    // A field that no rule makes at all is found before anything runs.
    document["actions"][0]["map"].as_array_mut().unwrap().remove(2);
    let faults = faults(&bench.ring.client, &document).await;
    assert_eq!(faults[0]["code"], "required_field_not_mapped", "{faults:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_key_is_an_authentication_error() {
    let bench = Bench::start().await;
    let key = "0000000000000000000000000000000000000000";
    let system = bench.ring.client.system(&Redmine::system("Redmine, wrong key", key)).await;
    let (status, problem) = bench
        .ring
        .client
        .ask(reqwest::Method::POST, &format!("/v1/systems/{system}/schema/reload"), Some(&json!({})))
        .await;
    assert!(status >= 400 && problem["detail"].as_str().unwrap().contains("HTTP 401"), "{problem:#}");
    // The key was right when the schema was read, and has been revoked since.
    let document = document(&bench.source, &bench.target, &bench.issue);
    let mut revoked = Redmine::system("Redmine", key);
    revoked["credentials"] = json!({ "api_key": key });
    let answer = bench
        .ring
        .client
        .http()
        .put(bench.ring.client.url(&format!("/v1/systems/{}", bench.target)))
        .bearer_auth(&bench.ring.tenant.owner_token)
        .header("if-match", "*")
        .json(&revoked)
        .send()
        .await
        .unwrap();
    assert!(answer.status().is_success(), "{}", answer.text().await.unwrap());
    let host = unique("key");
    let refused = refused(&bench.ring.client, &document, &host).await;
    refused.assert(
        "authentication",
        "credentials_refused",
        401,
        &format!("Record {host}: Redmine did not accept the credentials (HTTP 401). Enter valid credentials for the system."),
    );
    assert!(!refused.exchange.to_string().contains(key), "the key is masked: {:#}", refused.exchange);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forbidden_project_is_a_permission_error_that_names_the_project() {
    let bench = Bench::start().await;
    let host = unique("secret");
    let mut document = bench.document();
    set_rule(
        &mut document,
        "project_id",
        json!({ "target": "project_id", "constant": "secret", "on": "create" }),
    );
    let refused = refused(&bench.ring.client, &document, &host).await;
    let message = refused.error["message"].as_str().unwrap();
    assert!(message.starts_with(&format!("Record {host}: Redmine does not let this account create or move issues in the project `secret`, or there is no such project (HTTP 422: Project cannot be blank")), "{message}");
    assert!(
        message.ends_with(
            "Add the account to the project with a role that may add issues, or correct the project."
        ),
        "{message}"
    );
    refused.assert("permission", "permission_denied", 422, message);
    assert!(bench.redmine.issues(&host).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_that_the_role_may_not_make_is_not_taken_for_done() {
    let bench = Bench::start().await;
    let (client, host) = (&bench.ring.client, unique("reporter"));
    let limited =
        client.system(&Redmine::system("Redmine as a reporter", &said("REDMINE_LIMITED_KEY"))).await;
    let issue = read_schema(client, &limited).await;
    let document = document(&bench.source, &limited, &issue);
    let url = client.publish(&document).await.hook_url.unwrap();
    client.ended(&client.hook(&url, &event(&host)).await).await;
    let opened = bench.redmine.issue(&host, |issue| issue["status"]["name"] == "New").await;
    assert_eq!(opened["author"]["name"], "Limited Reader");
    let ended = client.ended(&client.hook(&url, &resolved(&host)).await).await;
    assert_eq!(ended["status"], "failed", "{ended:#}");
    let error = &ended["error"];
    assert_eq!(
        (&error["class"], &error["code"]),
        (&json!("validation"), &json!("value_refused")),
        "{error:#}"
    );
    let message = format!(
        "Record {host}: Redmine accepted the change but left `status_id` at 1 (New) instead of 5 (Closed). There may be no such value, or the account's role may not make this change."
    );
    assert_eq!(error["message"], json!(message));
    assert_eq!(error["evidence"]["rule"], "/actions/0/map/5");
    let still = bench.redmine.issue(&host, |_| true).await;
    assert_eq!(still["status"]["name"], "New");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_stopped_is_a_connectivity_error_and_gets_the_alert_once_it_is_back() {
    let bench = Bench::start().await;
    let (client, host) = (&bench.ring.client, unique("stopped"));
    let spare = Spare::start();
    let mut system = Redmine::system("Redmine, spare", &said("REDMINE_KEY"));
    system["base_url"] = json!(spare.url);
    let system = client.system(&system).await;
    let issue = read_schema(client, &system).await;
    spare.stop();
    let refused = refused(&bench.ring.client, &document(&bench.source, &system, &issue), &host).await;
    let error = &refused.error;
    assert_eq!(
        (&error["class"], &error["code"]),
        (&json!("connectivity"), &json!("connection_failed")),
        "{error:#}"
    );
    let address = spare.url.trim_start_matches("http://");
    let message = format!(
        "Record {host}: Redmine: cannot connect to {address}: it refuses connections, so it is probably not running."
    );
    assert_eq!(error["message"], json!(message));
    assert!(error["next"]["at"].is_string(), "it is tried again by itself: {error:#}");
    assert_eq!(
        (&refused.exchange["response"], &refused.exchange["error"]["kind"]),
        (&Value::Null, &json!("connection_failed"))
    );
    assert_eq!(refused.exchange["request"]["method"], "POST");

    let spare = Spare::start();
    let opened = bench.redmine.issue(&host, |issue| issue["status"]["name"] == "New").await;
    let retried = eventually("the run that brought it", SOON, || async {
        let runs = client.get(&format!("/v1/runs?record={host}&status=succeeded")).await;
        runs["items"][0].as_object().cloned().ok_or(runs)
    })
    .await;
    assert_eq!(
        (&retried["trigger"], &retried["records"]["created"]),
        (&json!("retry"), &json!(1)),
        "{retried:#?}"
    );
    assert_ne!(retried["id"], json!(refused.run));
    assert_eq!(bench.redmine.issue(&host, |_| true).await["id"], opened["id"]);
    drop(spare);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_value_that_redmine_does_not_know_is_refused_before_anything_runs() {
    let bench = Bench::start().await;
    let impact = field(&bench.issue, "Impact")["path"].clone();
    let mut document = bench.document();
    set_rule(&mut document, "priority_id", json!({ "target": "priority_id", "constant": "Sky high" }));
    set_rule(&mut document, impact.as_str().unwrap(), json!({ "target": impact, "constant": "9-None" }));
    let faults = faults(&bench.ring.client, &document).await;
    let fault = &faults[0];
    assert_eq!(
        (&fault["pointer"], &fault["code"]),
        (&json!("/actions/0/map/4/constant"), &json!("value_not_allowed")),
        "{faults:#?}"
    );
    assert!(fault["detail"].as_str().unwrap().contains("4 (Urgent)"), "{fault:#}");
    // The account cannot read what a custom list allows: Redmine says it, and the run tells.
    set_rule(&mut document, "priority_id", json!({ "target": "priority_id", "constant": "High" }));
    let host = unique("impact");
    let refused = refused(&bench.ring.client, &document, &host).await;
    refused.assert(
        "validation",
        "value_refused",
        422,
        &format!("Record {host}: Redmine refused a value (HTTP 422): Impact is not included in the list. Correct the field map."),
    );
    assert_eq!(refused.error["evidence"]["rule"], "/actions/0/map/9");
}
