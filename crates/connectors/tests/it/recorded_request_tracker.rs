//! The manifest of Request Tracker against answers that were recorded from the real software (5.0.3; secrets replaced).

use serde_json::{Value, json};
use throughline_connectors::{Catalogue, Connection, Failure};
use throughline_domain::ErrorCode;
use throughline_flow::uql::{Order, Query};
use throughline_flow::{Condition, Operator};

use crate::recorded::replay;
use crate::support::*;

async fn tracker(answering: impl Fn(&Asked) -> &'static str + Send + Sync + 'static) -> (Server, Connection) {
    tracker_with(json!({"account_in_utc": true}), answering).await
}

async fn tracker_with(
    settings: Value,
    answering: impl Fn(&Asked) -> &'static str + Send + Sync + 'static,
) -> (Server, Connection) {
    let server =
        Server::start(move |_, asked| replay(&format!("request-tracker/{}", answering(asked)))).await;
    let manifest = Catalogue::builtin().unwrap().get("request-tracker").unwrap();
    let system = system(&server.url(), settings, &[("token", "token-of-the-recording")]);
    let connection = Connection::new(manifest, system, egress()).unwrap().with_retry(quick_retry());
    (server, connection)
}

fn condition(field: &str, op: Operator, value: Value) -> Condition {
    Condition::test(field.parse().unwrap(), op, value)
}

fn changed(conditions: Vec<Condition>) -> Query {
    Query {
        entity: "ticket".into(),
        condition: Some(Condition::All(conditions)),
        order_by: vec![Order { field: "changed_at".parse().unwrap(), descending: false }],
        limit: Some(2),
    }
}

#[tokio::test]
async fn it_tells_its_version() {
    let (server, connection) = tracker(|_| "about").await;
    let report = connection.test(&recorder(&connection)).await.unwrap();
    assert_eq!(report.message, "Connected to Request Tracker 5.0.3+dfsg-3~deb12u6.");
    assert_eq!(server.asked()[0].headers["authorization"], "token token-of-the-recording");
}

#[tokio::test]
async fn tickets_are_read_by_a_query_in_its_own_language() {
    let (server, connection) = tracker(|_| "list-changed-since").await;
    let query = changed(vec![
        condition("changed_at", Operator::Gt, json!("2025-01-01T00:00:00.123Z")),
        condition("Queue", Operator::Eq, json!(3)),
        condition("Status", Operator::In, json!(["new", "open"])),
        condition("Subject", Operator::Contains, json!("it's \\full")),
        condition("cf_2", Operator::Eq, json!("EVT-1001")),
    ]);
    let native = connection.compile("ticket", &query).unwrap();
    let page = connection.fetch(&native, None, &recorder(&connection)).await.unwrap();
    let asked = &server.asked()[0];
    assert_eq!(
        asked.parameter("query").as_deref(),
        Some(
            r"LastUpdated >= '2025-01-01 00:00:00' AND (Queue = '3') AND (Status = 'new' OR Status = 'open') AND Subject LIKE 'it\'s \\full' AND 'CF.{2}' = 'EVT-1001'"
        )
    );
    assert_eq!(
        (asked.parameter("orderby").as_deref(), asked.parameter("order").as_deref()),
        (Some("LastUpdated"), Some("ASC"))
    );
    assert_eq!(
        (asked.parameter("page").as_deref(), asked.parameter("per_page").as_deref()),
        (Some("1"), Some("2"))
    );
    assert!(native.ordered());
    assert_eq!(native.residual().len(), 4, "all but the queue are compared once more");
    let ticket = &page.records[0];
    assert_eq!((ticket.key.as_str(), ticket.version.as_deref()), ("1", Some("2026-11-22T09:28:47.000000Z")));
    assert_eq!(ticket.url.as_deref(), Some(format!("{}/Ticket/Display.html?id=1", server.url()).as_str()));
    let fields = &ticket.fields;
    assert_eq!(
        (&fields["Queue"], &fields["Owner"], &fields["Status"]),
        (&json!(3), &json!("agent"), &json!("open"))
    );
    assert_eq!(
        (&fields["cf_2"], &fields["cf_4"], &fields["CustomFields"]),
        (&json!("EVT-1001"), &json!("1-High"), &Value::Null)
    );
    assert_eq!(page.next, None);
}

#[tokio::test]
async fn where_the_time_zone_of_the_account_is_not_known_more_is_asked_for() {
    let (_server, connection) = tracker_with(json!({}), |_| "list-changed-since").await;
    let query = changed(vec![condition("changed_at", Operator::Gt, json!("2025-01-02T00:00:00Z"))]);
    let native = connection.compile("ticket", &query).unwrap();
    assert!(
        native.describe().url.contains("LastUpdated+%3E%3D+%272025-01-01+10%3A00%3A00%27"),
        "{}",
        native.describe().url
    );
    assert_eq!(native.residual().len(), 1);
}

#[tokio::test]
async fn without_a_filter_all_tickets_are_asked_for() {
    let (server, connection) = tracker(|_| "list-changed-since").await;
    let query = Query { condition: None, ..changed(vec![]) };
    let native = connection.compile("ticket", &query).unwrap();
    connection.fetch(&native, None, &recorder(&connection)).await.unwrap();
    assert_eq!(server.asked()[0].parameter("query").as_deref(), Some("id > 0"));
}

#[tokio::test]
async fn tickets_are_made_and_read_back() {
    let (server, connection) =
        tracker(|asked| if asked.method == "POST" { "create-201" } else { "get" }).await;
    let fields = map(
        json!({"Queue": "ITSM", "Subject": "Disk full", "Status": "Open", "Comment": "free 2%", "cf_2": "EVT-1001",
        "Due": "2026-12-24T12:00:00+02:00"}),
    );
    let written = connection.create("ticket", &fields, &recorder(&connection)).await.unwrap();
    let lines: Vec<_> = server.asked().iter().map(Asked::line).collect();
    assert_eq!(lines, ["POST /REST/2.0/ticket", "GET /REST/2.0/ticket/1"]);
    assert_eq!(
        server.asked()[0].json(),
        json!({"Queue": "ITSM", "Subject": "Disk full", "Status": "open", "Content": "free 2%", "ContentType": "text/plain",
            "Due": "2026-12-24 10:00:00", "CustomFields": {"2": "EVT-1001"}})
    );
    assert_eq!(
        (written.key.as_str(), written.version.as_deref()),
        ("1", Some("2026-11-22T09:28:46.000000Z"))
    );
    let document = &written.document;
    assert_eq!(
        (&document["cf_2"], &document["Priority"], &document["Due"]),
        (&json!("EVT-1001"), &json!(50), &Value::Null)
    );
}

#[tokio::test]
async fn a_change_goes_on_with_comment_and_reply_and_sets_the_status_again() {
    let (server, connection) = tracker(|asked| match asked.method.as_str() {
        "PUT" => "update",
        "POST" => "comment-plain",
        _ => "get",
    })
    .await;
    let fields = map(json!({"Status": "new", "cf_3": "zabbix", "Comment": "For us", "Reply": "For you"}));
    connection.update("ticket", "1", &fields, &recorder(&connection)).await.unwrap();
    let asked = server.asked();
    let lines: Vec<_> = asked.iter().map(Asked::line).collect();
    assert_eq!(
        lines,
        [
            "PUT /REST/2.0/ticket/1",
            "POST /REST/2.0/ticket/1/comment",
            "POST /REST/2.0/ticket/1/correspond",
            "PUT /REST/2.0/ticket/1",
            "GET /REST/2.0/ticket/1"
        ]
    );
    assert_eq!(asked[0].json(), json!({"Status": "new", "CustomFields": {"3": "zabbix"}}));
    assert_eq!(asked[1].json(), json!({"Content": "For us", "ContentType": "text/plain"}));
    assert_eq!(asked[3].json(), json!({"Status": "new"}));
}

#[tokio::test]
async fn a_status_that_is_left_as_it_was_is_a_failure_whatever_the_language() {
    let (_server, connection) = tracker(|asked| if asked.method == "PUT" { "update" } else { "get" }).await;
    let fields = map(json!({"Status": "resolved"}));
    let failure = connection.update("ticket", "1", &fields, &recorder(&connection)).await.unwrap_err();
    assert_eq!((failure.code, failure.field.as_deref()), (ErrorCode::ValueRefused, Some("Status")));
    assert!(failure.message.contains("left `Status` at new instead of resolved"), "{failure}");
}

#[tokio::test]
async fn refusals_in_a_successful_answer_are_found() {
    let (_server, connection) = tracker(|_| "err-badstatus-is-200").await;
    let fields = map(json!({"Status": "nonsense", "cf_4": "zzz"}));
    let failure = connection.update("ticket", "1", &fields, &recorder(&connection)).await.unwrap_err();
    assert_eq!((failure.code, failure.field.as_deref()), (ErrorCode::ValueRefused, Some("Status")));
    assert!(
        failure.message.contains("Invalid value for custom field") && !failure.outcome_unknown,
        "{failure}"
    );
}

async fn refused(name: &'static str, fields: Value) -> Failure {
    let (_server, connection) = tracker(move |_| name).await;
    connection.create("ticket", &map(fields), &recorder(&connection)).await.unwrap_err()
}

#[tokio::test]
async fn refusals_of_new_tickets_name_the_queue() {
    let forbidden = refused("err-badqueue", json!({"Queue": "NOPE"})).await;
    assert_eq!((forbidden.code, forbidden.field.as_deref()), (ErrorCode::PermissionDenied, Some("Queue")));
    assert!(
        forbidden.message.contains("in the queue `NOPE`") && forbidden.message.contains("CreateTicket"),
        "{forbidden}"
    );
    let missing = refused("err-noqueue", json!({"Subject": "x"})).await;
    assert_eq!((missing.code, missing.field.as_deref()), (ErrorCode::RequiredFieldMissing, Some("Queue")));
    let token = refused("err-401-badtoken", json!({})).await;
    assert_eq!(token.code, ErrorCode::CredentialsRefused);
}

#[tokio::test]
async fn refusals_of_reading_say_what_to_do() {
    let rec_of = |name: &'static str| async move {
        let (_server, connection) = tracker(move |_| name).await;
        let native = connection.compile("ticket", &changed(vec![])).unwrap();
        connection.fetch(&native, None, &recorder(&connection)).await.unwrap_err()
    };
    let query = rec_of("err-badquery").await;
    assert_eq!(query.code, ErrorCode::ValueRefused);
    assert!(
        query.message.contains("expecting a VALUE") && query.message.contains("correct the filter"),
        "{query}"
    );
    let hidden = rec_of("err-403-read").await;
    assert_eq!(hidden.code, ErrorCode::PermissionDenied);
    assert!(hidden.message.contains("ShowTicket"), "{hidden}");
    let (_server, connection) = tracker(|_| "err-404").await;
    assert_eq!(connection.get("ticket", "999999", &recorder(&connection)).await, Ok(None));
}

#[tokio::test]
async fn queues_and_custom_fields_are_found() {
    let (server, connection) = tracker(|asked| match asked.path.as_str() {
        "/REST/2.0/queues/all" => "queues",
        "/REST/2.0/tickets" => "list-changed-since",
        "/REST/2.0/customfields" => "err-403-read",
        _ => "queue-with-customfields",
    })
    .await;
    let schema = connection.discover("ticket", &recorder(&connection)).await.unwrap();
    let field = |path: &str| schema.fields.iter().find(|field| field.path == path).unwrap();
    let queues: Vec<_> =
        field("Queue").values.iter().map(|queue| (queue.value.clone(), queue.label.as_str())).collect();
    assert_eq!(queues, [(json!(1), "General"), (json!(3), "ITSM"), (json!(4), "OPS")]);
    assert_eq!((field("cf_2").label.as_str(), field("cf_4").label.as_str()), ("External ID", "Impact"));
    assert_eq!(field("Status").values.len(), 6, "the one on the ticket was known");
    assert!(server.asked().iter().any(|asked| asked.path == "/REST/2.0/queue/3"));
}
