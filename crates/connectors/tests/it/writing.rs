//! Creating, updating, labels of enums.

use serde_json::{Value, json};
use throughline_connectors::{Catalogue, Connection};
use throughline_domain::ErrorCode;

use crate::support::*;

fn desk(server: &Server) -> Connection {
    let manifest = Catalogue::builtin().unwrap().get("playground-desk").unwrap();
    Connection::new(manifest, system(&server.url(), json!({}), &[("api_key", "desk-secret")]), egress())
        .unwrap()
}

fn incident(asked: &Asked) -> Value {
    let mut incident = json!({"number": "INC0000001", "updated_at": "2026-01-05T10:00:00.000Z", "version": 1, "url": "http://desk/INC0000001"});
    incident.as_object_mut().unwrap().extend(map(asked.json()["incident"].clone()));
    incident
}

#[tokio::test]
async fn a_create_gives_key_page_version_and_document() {
    let server = Server::start(|_, asked| json_answer(201, &json!({"incident": incident(asked)}))).await;
    let connection = desk(&server);
    let fields =
        map(json!({"subject": "S", "status_id": "in progress", "priority_id": 5, "project_id": "itsm"}));
    let written = connection.create("incident", &fields, &recorder(&connection)).await.unwrap();
    assert_eq!(server.asked()[0].json()["incident"]["status_id"], 2, "a label became its id");
    assert_eq!(server.asked()[0].json()["incident"]["project_id"], "itsm");
    assert_eq!(
        (written.key.as_str(), written.version.as_deref()),
        ("INC0000001", Some("2026-01-05T10:00:00.000000Z"))
    );
    assert_eq!(written.url.as_deref(), Some("http://desk/INC0000001"));
    assert_eq!(
        (&written.document["status"], &written.document["priority"]),
        (&json!("In progress"), &json!("Urgent"))
    );
}

#[tokio::test]
async fn an_update_names_the_record_in_the_address() {
    let server = Server::start(|_, asked| json_answer(200, &json!({"incident": incident(asked)}))).await;
    let connection = desk(&server);
    connection
        .update("incident", "INC 1/2", &map(json!({"status_id": 5})), &recorder(&connection))
        .await
        .unwrap();
    assert_eq!(server.asked()[0].line(), "PATCH /api/incidents/INC%201%2F2");
    assert_eq!(server.asked()[0].json(), json!({"incident": {"status_id": 5}}));
}

#[tokio::test]
async fn keys_cannot_climb() {
    let server = Server::start(|_, _| json_answer(200, &json!({}))).await;
    let connection = desk(&server);
    let failure =
        connection.update("incident", "..", &map(json!({})), &recorder(&connection)).await.unwrap_err();
    assert_eq!((failure.code, server.count()), (ErrorCode::ConfigurationUnusable, 0));
}

#[tokio::test]
async fn an_unknown_label_asks_the_system_once() {
    let server = Server::start(|_, asked| match asked.path.as_str() {
        "/api/fields/incident" => json_answer(
            200,
            &json!({"fields": [
            {"name": "category", "label": "Category", "type": "enum", "required": true, "values": [{"value": "k9", "label": "Kennel"}]}]}),
        ),
        _ => json_answer(201, &json!({"incident": incident(asked)})),
    });
    let server = server.await;
    let connection = desk(&server);
    let rec = recorder(&connection);
    for _ in 0..2 {
        connection.create("incident", &map(json!({"category": "kennel"})), &rec).await.unwrap();
    }
    let paths: Vec<_> = server.asked().iter().map(|asked| asked.path.clone()).collect();
    assert_eq!(paths, ["/api/fields/incident", "/api/incidents", "/api/incidents"]);
    assert_eq!(server.asked()[1].json()["incident"]["category"], "k9");
}

#[tokio::test]
async fn refused_fields_of_the_desk_are_named() {
    let body = json!({"error": {"code": "validation_failed", "message": "The incident was refused: subject is required.",
        "fields": [{"field": "subject", "code": "required", "message": "is required"}]}});
    let server = Server::start(move |_, _| json_answer(422, &body)).await;
    let connection = desk(&server);
    let failure = connection.create("incident", &map(json!({})), &recorder(&connection)).await.unwrap_err();
    assert_eq!((failure.code, failure.field.as_deref()), (ErrorCode::RequiredFieldMissing, Some("subject")));
    assert_eq!(failure.pointer.as_deref(), Some("/error/fields/0"));
    assert!(failure.message.contains("subject is required"), "{failure}");
}

/// A manifest whose updates go on with a comment.
fn commenting() -> std::sync::Arc<throughline_connectors::Manifest> {
    let then = "update: {request: {method: PATCH, path: \"/items/{{ key }}\", body: \"{{ fields }}\"}, then: [
      {when: fields.comment, request: {method: POST, path: \"/items/{{ key }}/comments\", body: {text: \"{{ fields.comment }}\"}}},
      {request: {method: POST, path: /seen}}]}";
    let update = "update: {request: {method: PATCH, path: \"/items/{{ key }}\", body: \"{{ fields }}\"}}";
    let rules = "errors:
  rules:
    - {when: \"status == 409 and 'so already' in text\", accept: true}
    - {when: status == 403, code: permission_denied, field: comment}";
    manifest(&SIMPLE.replace(update, &then.replace('\n', " ")).replace("errors:", rules))
}

#[tokio::test]
async fn an_update_goes_on_with_what_the_system_takes_apart_from_the_record() {
    let server = Server::start(|_, _| json_answer(200, &json!({"id": 7}))).await;
    let system = system(&server.url(), json!({}), &[("key", "k")]);
    let connection = Connection::new(commenting(), system, egress()).unwrap();
    let rec = recorder(&connection);
    connection.update("item", "7", &map(json!({"name": "a", "comment": "b"})), &rec).await.unwrap();
    connection.update("item", "7", &map(json!({"name": "a"})), &rec).await.unwrap();
    let lines: Vec<_> = server.asked().iter().map(Asked::line).collect();
    assert_eq!(
        lines,
        ["PATCH /items/7", "POST /items/7/comments", "POST /seen", "PATCH /items/7", "POST /seen"]
    );
    assert_eq!(server.asked()[1].json(), json!({"text": "b"}));
}

#[tokio::test]
async fn an_update_whose_comment_is_refused_has_failed() {
    let server = Server::start(|_, asked| match asked.path.as_str() {
        "/items/7" => json_answer(200, &json!({"id": 7})),
        _ => json_answer(403, &json!({"message": "No."})),
    })
    .await;
    let system = system(&server.url(), json!({}), &[("key", "k")]);
    let connection = Connection::new(commenting(), system, egress()).unwrap();
    let fields = map(json!({"name": "a", "comment": "b"}));
    let failure = connection.update("item", "7", &fields, &recorder(&connection)).await.unwrap_err();
    assert_eq!((failure.code, failure.field.as_deref()), (ErrorCode::PermissionDenied, Some("comment")));
    assert_eq!((failure.exchange.as_deref(), server.count()), (Some("e2"), 2), "{failure}");
}

#[tokio::test]
async fn what_is_so_already_is_no_failure() {
    let server = Server::start(|_, asked| match asked.method.as_str() {
        "PATCH" => json_answer(409, &json!({"id": 7, "message": "It is so already."})),
        _ => json_answer(200, &json!({})),
    })
    .await;
    let system = system(&server.url(), json!({}), &[("key", "k")]);
    let connection = Connection::new(commenting(), system, egress()).unwrap();
    let written =
        connection.update("item", "7", &map(json!({"name": "a"})), &recorder(&connection)).await.unwrap();
    assert_eq!(written.key, "7");
}
