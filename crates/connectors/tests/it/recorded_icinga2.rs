//! The manifest of Icinga 2 against answers that were recorded from the real software (2.13.6; secrets replaced).

use serde_json::{Value, json};
use throughline_connectors::{Catalogue, Connection};
use throughline_domain::ErrorCode;
use throughline_flow::uql::{Order, Query};
use throughline_flow::{Condition, Operator};

use crate::recorded::replay;
use crate::support::*;

async fn icinga(answering: impl Fn(&Asked) -> &'static str + Send + Sync + 'static) -> (Server, Connection) {
    let server = Server::start(move |_, asked| replay(&format!("icinga2/{}", answering(asked)))).await;
    let manifest = Catalogue::builtin().unwrap().get("icinga2").unwrap();
    let credentials = [("username", "root"), ("password", "the-password")];
    let system =
        system(&server.url(), json!({"web_url": "https://icinga.example.net/icingaweb2"}), &credentials);
    (server, Connection::new(manifest, system, egress()).unwrap().with_retry(quick_retry()))
}

fn condition(field: &str, op: Operator, value: Value) -> Condition {
    Condition::test(field.parse().unwrap(), op, value)
}

#[tokio::test]
async fn it_says_who_we_are() {
    let (_server, connection) = icinga(|_| "auth-whoami").await;
    let report = connection.test(&recorder(&connection)).await.unwrap();
    assert_eq!(report.message, "Connected to Icinga 2 2.13.6-1 as root.");
}

#[tokio::test]
async fn services_are_read_by_a_filter_in_its_own_language() {
    let (server, connection) = icinga(|_| "list-changed-since").await;
    let query = Query {
        entity: "service".into(),
        condition: Some(Condition::All(vec![
            condition("changed_at", Operator::Gt, json!("2026-11-22T09:16:44.123896Z")),
            condition("problem", Operator::Eq, json!(true)),
            condition("state", Operator::In, json!(["CRITICAL", 3])),
            condition("host_name", Operator::Eq, json!("db\"01")),
            condition("vars.impact", Operator::Eq, json!("2")),
        ])),
        order_by: vec![Order { field: "changed_at".parse().unwrap(), descending: false }],
        limit: None,
    };
    let native = connection.compile("service", &query).unwrap();
    assert!(native.ordered(), "it gives all at once, which is put in order here");
    let page = connection.fetch(&native, None, &recorder(&connection)).await.unwrap();
    let asked = &server.asked()[0];
    assert_eq!(
        (asked.line().as_str(), asked.headers["x-http-method-override"].as_str()),
        ("POST /v1/objects/services", "GET")
    );
    let filter = asked.json()["filter"].as_str().unwrap().to_owned();
    assert!(filter.starts_with("(service.last_state_change >= 1795339004.123896 || "), "{filter}");
    assert!(
        filter.ends_with(
            r#") && service.problem && service.state in [2, 3] && service.host_name in ["db\"01"]"#
        ),
        "{filter}"
    );
    assert_eq!(native.residual().len(), 2, "the time, and what has no rule");
    let service = &page.records[0];
    assert_eq!(
        (service.key.as_str(), service.version.as_deref()),
        ("db-01!disk", Some("2026-11-22T22:13:36.358847Z"))
    );
    assert_eq!(
        service.url.as_deref(),
        Some("https://icinga.example.net/icingaweb2/icingadb/service?name=disk&host.name=db-01")
    );
    let fields = &service.fields;
    assert_eq!(
        (&fields["state"], &fields["state_name"], &fields["problem"]),
        (&json!(2), &json!("CRITICAL"), &json!(true))
    );
    assert_eq!(
        (&fields["output"], &fields["acknowledged"]),
        (&json!("DISK CRITICAL - free 2% ✓"), &json!(false))
    );
    assert_eq!((&fields["host"]["vars"]["team"], &fields["attrs"]), (&json!("linux"), &Value::Null));
    assert_eq!(connection.changed("service", service), service.version);
}

#[tokio::test]
async fn a_problem_is_acknowledged_and_commented_on() {
    let (server, connection) = icinga(|asked| match asked.path.as_str() {
        "/v1/actions/acknowledge-problem" => "err-already-acked-409",
        "/v1/actions/add-comment" => "add-comment",
        _ => "list-changed-since",
    })
    .await;
    let fields = map(json!({"acknowledged": true, "comment": "INC0001", "author": "itsm"}));
    let written = connection.update("service", "db-01!disk", &fields, &recorder(&connection)).await.unwrap();
    let asked = server.asked();
    let lines: Vec<_> = asked.iter().map(Asked::line).collect();
    assert_eq!(
        lines,
        [
            "POST /v1/actions/acknowledge-problem?service=db-01%21disk&verbose=1",
            "POST /v1/actions/add-comment?service=db-01%21disk&verbose=1",
            "GET /v1/objects/services/db-01%21disk?joins=host&verbose=1"
        ],
        "that it was acknowledged already is no failure"
    );
    assert_eq!(
        asked[0].json(),
        json!({"author": "itsm", "comment": "Acknowledged by way of Throughline.", "sticky": true})
    );
    assert_eq!(asked[1].json(), json!({"author": "itsm", "comment": "INC0001", "persistent": true}));
    assert_eq!(written.document["state_name"], "CRITICAL");
}

#[tokio::test]
async fn a_comment_alone_acknowledges_nothing() {
    let (server, connection) =
        icinga(|asked| if asked.method == "POST" { "add-comment" } else { "list-changed-since" }).await;
    let rec = recorder(&connection);
    connection.update("service", "db-01!disk", &map(json!({"comment": "Hello"})), &rec).await.unwrap();
    connection.update("service", "db-01!disk", &map(json!({"acknowledged": false})), &rec).await.unwrap();
    let paths: Vec<_> = server
        .asked()
        .iter()
        .filter(|asked| asked.method == "POST")
        .map(|asked| asked.path.clone())
        .collect();
    assert_eq!(paths, ["/v1/actions/add-comment", "/v1/actions/remove-acknowledgement"]);
    assert_eq!(
        server.asked()[0].json(),
        json!({"author": "Throughline", "comment": "Hello", "persistent": true})
    );
}

#[tokio::test]
async fn refusals_have_codes() {
    let update = |name: &'static str| async move {
        let (_server, connection) = icinga(move |_| name).await;
        let fields = map(json!({"acknowledged": true}));
        connection.update("service", "db-01!load", &fields, &recorder(&connection)).await.unwrap_err()
    };
    let over = update("err-ack-ok-409").await;
    assert_eq!((over.code, over.transient), (ErrorCode::ValueRefused, false));
    assert!(over.message.contains("Service db-01!load is OK") && over.message.contains("is over"), "{over}");
    assert_eq!(update("err-404").await.code, ErrorCode::LinkedRecordMissing);
    let (_server, connection) = icinga(|_| "err-401-bad").await;
    let rec = recorder(&connection);
    assert_eq!(connection.test(&rec).await.unwrap_err().code, ErrorCode::CredentialsRefused);
    let (_server, connection) = icinga(|_| "err-404").await;
    assert_eq!(connection.get("service", "db-01!none", &rec).await, Ok(None));
    let query = Query { entity: "service".into(), condition: None, order_by: vec![], limit: None };
    let native = connection.compile("service", &query).unwrap();
    let failure = connection.fetch(&native, None, &rec).await.unwrap_err();
    assert_eq!(failure.code, ErrorCode::ValueRefused);
    assert!(failure.message.contains("cannot evaluate this query"), "{failure}");
}

#[test]
fn certificates_that_are_none_are_refused_at_once() {
    let manifest = Catalogue::builtin().unwrap().get("icinga2").unwrap();
    let system = system("https://127.0.0.1:1", json!({"ca_certificate": "/etc/ssl/ca.crt"}), &[]);
    let failure = Connection::new(manifest, system, egress()).unwrap_err();
    assert_eq!(failure.code, ErrorCode::ConfigurationUnusable);
    assert!(failure.message.contains("no PEM text"), "{failure}");
}
