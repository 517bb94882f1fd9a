//! The manifests of Redmine and Alertmanager against answers that were recorded from the real software (Redmine 5.0.4,
//! Alertmanager 0.25.0; secrets replaced).

use std::collections::BTreeMap;
use std::path::PathBuf;

use axum::response::Response;
use serde_json::{Value, json};
use throughline_connectors::{Catalogue, Connection, Failure};
use throughline_domain::ErrorCode;
use throughline_flow::uql::{Order, Query};
use throughline_flow::{Condition, FieldKind, Operator};

use crate::support::*;

/// A recorded exchange, or a recorded webhook.
struct Recording {
    status: u16,
    content_type: String,
    headers: Vec<(String, String)>,
    body: String,
}

fn recording(name: &str) -> Recording {
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/recorded").join(format!("{name}.http"));
    let text = std::fs::read_to_string(file).unwrap();
    let is_webhook = text.starts_with("# webhook");
    let marker = if is_webhook { "> " } else { "< " };
    let start = text.find(&format!("\n{marker}")).map_or(0, |at| at + 1);
    let (head, body) = text[start..].split_once("\n\n").unwrap();
    let lines: Vec<_> = head.lines().filter_map(|line| line.strip_prefix(marker)).collect();
    let headers: BTreeMap<_, _> = lines.iter().filter_map(|line| line.split_once(": ")).collect();
    let status = lines[0]
        .strip_prefix("HTTP ")
        .and_then(|rest| rest.get(..3))
        .map_or(0, |status| status.parse().unwrap());
    Recording {
        status,
        content_type: headers.get("Content-Type").copied().unwrap_or("text/plain").to_owned(),
        headers: headers.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
        body: body.trim().to_owned(),
    }
}

pub fn replay(name: &str) -> Response {
    let Recording { status, content_type, body, .. } = recording(name);
    answer_with(status, &[("content-type", &content_type)], body)
}

async fn redmine(answering: impl Fn(&Asked) -> &'static str + Send + Sync + 'static) -> (Server, Connection) {
    let server = Server::start(move |_, asked| replay(&format!("redmine/{}", answering(asked)))).await;
    let manifest = Catalogue::builtin().unwrap().get("redmine").unwrap();
    let system =
        system(&server.url(), json!({"project": "itsm"}), &[("api_key", "redmine-key-of-the-recording")]);
    let connection = Connection::new(manifest, system, egress()).unwrap().with_retry(quick_retry());
    (server, connection)
}

fn condition(field: &str, op: Operator, value: Value) -> Condition {
    Condition::test(field.parse().unwrap(), op, value)
}

#[tokio::test]
async fn redmine_says_who_we_are() {
    let (server, connection) = redmine(|_| "auth-whoami").await;
    let rec = recorder(&connection);
    let report = connection.test(&rec).await.unwrap();
    assert_eq!(report.message, "Connected to Redmine as admin.");
    assert_eq!(server.asked()[0].headers["x-redmine-api-key"], "redmine-key-of-the-recording");
    assert!(
        !rec.exchanges().get().to_string().contains("redmine-key-of"),
        "the answer shows the key, the capture does not"
    );
}

#[tokio::test]
async fn redmine_issues_are_read_in_the_order_of_their_change() {
    let (server, connection) = redmine(|_| "list-changed-since").await;
    let query = Query {
        entity: "issue".into(),
        condition: Some(Condition::All(vec![
            condition("changed_at", Operator::Gt, json!("2025-01-01T00:00:00.123Z")),
            condition("status_id", Operator::In, json!([1, 2])),
            condition("cf_1", Operator::Eq, json!("EVT-1001")),
        ])),
        order_by: vec![Order { field: "changed_at".parse().unwrap(), descending: false }],
        limit: Some(2),
    };
    let native = connection.compile("issue", &query).unwrap();
    let page = connection.fetch(&native, None, &recorder(&connection)).await.unwrap();
    let asked = &server.asked()[0];
    assert_eq!(asked.parameter("updated_on").as_deref(), Some(">=2025-01-01T00:00:00Z"));
    assert_eq!(asked.parameter("status_id").as_deref(), Some("1|2"));
    assert_eq!(asked.parameter("cf_1").as_deref(), Some("EVT-1001"));
    assert_eq!(asked.parameter("sort").as_deref(), Some("updated_on:asc,id:asc"));
    assert_eq!(native.residual().len(), 2, "seconds and letter case are not exact in Redmine");
    let issue = &page.records[0];
    assert_eq!((issue.key.as_str(), issue.version.as_deref()), ("1", Some("2026-11-22T09:26:35.000000Z")));
    assert_eq!(issue.url.as_deref(), Some(format!("{}/issues/1", server.url()).as_str()));
    let fields = &issue.fields;
    assert_eq!(
        (&fields["status_id"], &fields["assigned_to_id"], &fields["cf_3"]),
        (&json!(2), &json!(6), &json!("1-High"))
    );
    assert_eq!(
        (&fields["category_id"], &fields["subject"]),
        (&Value::Null, &json!("Disk full on db-01 ✓ Ünïcode"))
    );
    assert_eq!(page.next, None);
}

#[tokio::test]
async fn redmine_is_searched_by_custom_field() {
    let (server, connection) = redmine(|_| "list-by-custom-field").await;
    let rec = recorder(&connection);
    assert!(connection.is_searchable("issue", "cf_1") && !connection.is_searchable("issue", "description"));
    let found = connection.find("issue", "cf_1", &json!("EVT-1001"), &rec).await.unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!(server.asked()[0].parameter("status_id").as_deref(), Some("*"), "closed ones too");
    assert_eq!(connection.find("issue", "cf_1", &json!("evt-1001"), &rec).await.unwrap(), []);
}

#[tokio::test]
async fn redmine_tells_its_fields_and_values() {
    let (_server, connection) = redmine(|asked| match asked.path.as_str() {
        "/trackers.json" => "trackers",
        "/issue_statuses.json" => "statuses",
        "/enumerations/issue_priorities.json" => "priorities",
        "/projects.json" => "projects",
        "/custom_fields.json" => "custom_fields",
        _ => "list-changed-since",
    })
    .await;
    let schema = connection.discover("issue", &recorder(&connection)).await.unwrap();
    let field = |path: &str| schema.fields.iter().find(|field| field.path == path).unwrap();
    assert_eq!(field("status_id").values.len(), 6);
    assert_eq!(
        (&field("priority_id").values[3].value, field("priority_id").values[3].label.as_str()),
        (&json!(4), "Urgent")
    );
    assert_eq!(
        (field("cf_3").kind, field("cf_3").label.as_str(), field("cf_3").custom),
        (FieldKind::Enum, "Impact", true)
    );
    assert_eq!(field("cf_3").values[0].value, "1-High");
    assert_eq!(field("cf_1").kind, FieldKind::Text);
}

#[tokio::test]
async fn redmine_custom_fields_are_seen_without_being_administrator() {
    let (_server, connection) = redmine(|asked| match asked.path.as_str() {
        "/trackers.json" => "trackers",
        "/issue_statuses.json" => "statuses",
        "/enumerations/issue_priorities.json" => "priorities",
        "/projects.json" => "projects",
        "/custom_fields.json" => "err-403",
        _ => "list-changed-since",
    })
    .await;
    let schema = connection.discover("issue", &recorder(&connection)).await.unwrap();
    assert!(schema.fields.iter().any(|field| field.path == "cf_2" && field.label == "Source System"));
}

#[tokio::test]
async fn redmine_issues_are_made_with_custom_fields_and_labels() {
    let (server, connection) = redmine(|asked| match asked.path.as_str() {
        "/trackers.json" => "trackers",
        "/issue_statuses.json" => "statuses",
        "/enumerations/issue_priorities.json" => "priorities",
        "/projects.json" => "projects",
        "/custom_fields.json" => "custom_fields",
        _ if asked.method == "POST" => "create-201",
        _ => "list-changed-since",
    })
    .await;
    let fields = map(
        json!({"subject": "Disk full", "priority_id": "urgent", "tracker_id": 3, "cf_1": "EVT-1001", "cf_3": "1-High"}),
    );
    let written = connection.create("issue", &fields, &recorder(&connection)).await.unwrap();
    let sent = server.asked().last().unwrap().json();
    assert_eq!(
        sent,
        json!({"issue": {"project_id": "itsm", "subject": "Disk full", "priority_id": 4, "tracker_id": 3,
            "custom_fields": [{"id": 1, "value": "EVT-1001"}, {"id": 3, "value": "1-High"}]}})
    );
    assert_eq!(
        (written.key.as_str(), written.version.as_deref()),
        ("1", Some("2026-11-22T09:26:34.000000Z"))
    );
    assert_eq!(written.document["cf_1"], "EVT-1001");
}

#[tokio::test]
async fn redmine_issues_are_changed_with_a_note_and_read_back() {
    let (server, connection) =
        redmine(|asked| if asked.method == "PUT" { "update-status" } else { "get-with-journals" }).await;
    let rec = recorder(&connection);
    let written = connection
        .update("issue", "1", &map(json!({"status_id": 2, "notes": "Resolved"})), &rec)
        .await
        .unwrap();
    let lines: Vec<_> = server.asked().iter().map(Asked::line).collect();
    assert_eq!(lines, ["PUT /issues/1.json", "GET /issues/1.json"]);
    assert_eq!(server.asked()[0].json(), json!({"issue": {"status_id": 2, "notes": "Resolved"}}));
    assert_eq!(written.version.as_deref(), Some("2026-11-22T09:26:35.000000Z"));
    assert_eq!(written.document["status_id"], 2);
}

#[tokio::test]
async fn a_status_that_redmine_silently_ignores_is_a_failure() {
    let (_server, connection) = redmine(|asked| match asked.path.as_str() {
        _ if asked.method == "PUT" => "update-status",
        "/trackers.json" => "trackers",
        "/issue_statuses.json" => "statuses",
        "/enumerations/issue_priorities.json" => "priorities",
        "/projects.json" => "projects",
        "/custom_fields.json" => "custom_fields",
        _ => "get-with-journals",
    })
    .await;
    let fields = map(json!({"status_id": "Closed", "subject": "x"}));
    let failure = connection.update("issue", "1", &fields, &recorder(&connection)).await.unwrap_err();
    assert_eq!((failure.code, failure.field.as_deref()), (ErrorCode::ValueRefused, Some("status_id")));
    assert!(
        failure.message.contains("at 2 (In Progress) instead of 5 (Closed)") && !failure.outcome_unknown,
        "{failure}"
    );
}

async fn refused(name: &'static str, fields: Value) -> Failure {
    let (_server, connection) = redmine(move |_| name).await;
    connection.create("issue", &map(fields), &recorder(&connection)).await.unwrap_err()
}

#[tokio::test]
async fn redmine_hides_forbidden_projects_and_we_say_so() {
    let failure = refused("err-badproject", json!({"project_id": "ops", "subject": "x"})).await;
    assert_eq!(failure.code, ErrorCode::PermissionDenied);
    assert!(
        failure.message.contains("project `ops`") && failure.message.contains("Add the account"),
        "{failure}"
    );
    let by_setting = refused("err-badproject", json!({"subject": "x"})).await;
    assert_eq!(by_setting.code, ErrorCode::PermissionDenied);
    assert!(by_setting.message.contains("`itsm`"), "{by_setting}");
}

#[tokio::test]
async fn redmine_validation_names_the_field() {
    let failure = refused("err-422", json!({"project_id": "itsm", "subject": ""})).await;
    assert_eq!(failure.code, ErrorCode::ValueRefused);
    assert_eq!((failure.field.as_deref(), failure.pointer.as_deref()), (Some("Impact"), Some("/errors/0")));
    assert!(failure.message.contains("Subject cannot be blank"), "{failure}");
    assert!(!failure.outcome_unknown && !failure.transient);
}

#[tokio::test]
async fn redmine_refuses_keys_and_rights() {
    let key = refused("err-401-badkey", json!({})).await;
    assert_eq!(key.code, ErrorCode::CredentialsRefused);
    let right = refused("err-403", json!({})).await;
    assert_eq!(right.code, ErrorCode::PermissionDenied);
    assert!(right.message.contains("role"), "{right}");
}

#[tokio::test]
async fn redmine_conflicts_have_no_reason_but_a_code() {
    let (_server, connection) = redmine(|_| "err-409-lock_version").await;
    let failure = connection
        .update("issue", "1", &map(json!({"subject": "x"})), &recorder(&connection))
        .await
        .unwrap_err();
    assert_eq!(failure.code, ErrorCode::WriteConflict);
    assert!(failure.transient);
}

#[tokio::test]
async fn redmine_issues_that_are_gone_are_missing() {
    let (_server, connection) = redmine(|_| "err-404").await;
    let rec = recorder(&connection);
    assert_eq!(connection.get("issue", "999999", &rec).await, Ok(None));
    let failure =
        connection.update("issue", "999999", &map(json!({"subject": "x"})), &rec).await.unwrap_err();
    assert_eq!(failure.code, ErrorCode::LinkedRecordMissing);
}

async fn alertmanager(name: &'static str) -> (Server, Connection) {
    let server = Server::start(move |_, _| replay(&format!("alertmanager/{name}"))).await;
    let manifest = Catalogue::builtin().unwrap().get("alertmanager").unwrap();
    let credentials =
        [("username", "admin"), ("password", "the-password"), ("webhook_token", "webhook-token")];
    let connection =
        Connection::new(manifest, system(&server.url(), json!({}), &credentials), egress()).unwrap();
    (server, connection.with_retry(quick_retry()))
}

#[tokio::test]
async fn alertmanager_tells_its_version() {
    let (server, connection) = alertmanager("status").await;
    let report = connection.test(&recorder(&connection)).await.unwrap();
    assert_eq!(report.version.as_deref(), Some("0.25.0"));
    assert!(server.asked()[0].headers["authorization"].starts_with("Basic "));
}

#[tokio::test]
async fn alertmanager_is_polled() {
    let (server, connection) = alertmanager("alerts").await;
    let filter = condition("alertname", Operator::Eq, json!("DiskLow"));
    let query = Query { entity: "alert".into(), condition: Some(filter), order_by: vec![], limit: None };
    let native = connection.compile("alert", &query).unwrap();
    let page = connection.fetch(&native, None, &recorder(&connection)).await.unwrap();
    assert_eq!(server.asked()[0].parameter("filter").as_deref(), Some("alertname=\"DiskLow\""));
    let alert = &page.records[0];
    assert_eq!(
        (alert.key.as_str(), alert.version.as_deref()),
        ("43da51d792696001", Some("2026-11-22T09:18:13.271000Z"))
    );
    assert_eq!(
        connection.changed("alert", alert).as_deref(),
        Some("2026-11-22T09:18:13.275000Z"),
        "the watermark follows when Alertmanager got it: it may have begun long before"
    );
    assert_eq!((&alert.fields["status"], &alert.fields["severity"]), (&json!("firing"), &json!("warning")));
    assert_eq!((&alert.fields["silenced"], &alert.fields["endsAt"]), (&json!(false), &Value::Null));
    assert!(native.residual().is_empty());
}

#[tokio::test]
async fn alertmanager_refusals_have_codes() {
    let (_server, connection) = alertmanager("err-401").await;
    let failure = connection.test(&recorder(&connection)).await.unwrap_err();
    assert_eq!(failure.code, ErrorCode::CredentialsRefused);
    assert!(failure.message.contains("Unauthorized"), "{failure}");
    let (_server, connection) = alertmanager("err-badfilter").await;
    let failure = connection.test(&recorder(&connection)).await.unwrap_err();
    assert_eq!(failure.code, ErrorCode::ValueRefused);
    assert!(failure.message.contains("bad matcher format"), "{failure}");
}

#[tokio::test]
async fn alertmanager_webhooks_are_received_and_later_states_win() {
    let (_server, connection) = alertmanager("status").await;
    let receive = |name: &str| {
        let webhook = recording(&format!("alertmanager/{name}"));
        connection.receive("alert", &webhook.headers, webhook.body.as_bytes()).unwrap().records.remove(0)
    };
    let (firing, resolved) = (receive("webhook-firing"), receive("webhook-resolved"));
    assert_eq!(
        (firing.key.as_str(), firing.version.as_deref()),
        ("43da51d792696001", Some("2026-11-22T09:18:13.271000Z"))
    );
    assert_eq!((&firing.fields["status"], &firing.fields["endsAt"]), (&json!("firing"), &Value::Null));
    assert_eq!(firing.fields["labels"]["host"], "db-01");
    assert_eq!(firing.fields["group"]["labels"]["alertname"], "DiskLow");
    assert_eq!(resolved.version.as_deref(), Some("2026-11-22T09:18:18.271000Z"), "when it ended");
    assert_eq!(
        (&resolved.fields["status"], &resolved.fields["severity"]),
        (&json!("resolved"), &json!("critical"))
    );
    let webhook = recording("alertmanager/webhook-firing");
    let unsigned = connection.receive("alert", &[], webhook.body.as_bytes()).unwrap_err();
    assert_eq!(unsigned.code, ErrorCode::CredentialsRefused);
}
