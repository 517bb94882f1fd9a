//! The desk keeps its rules and counts what was written.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};
use throughline_testkit::{
    builders::{alert, incident},
    eventually,
};

use crate::place::Place;

fn new(subject: &str, external_id: &str) -> Option<Value> {
    Some(json!({"incident": incident(subject, external_id)}))
}

#[tokio::test]
async fn an_incident_is_opened_changed_and_found() {
    let place = Place::start().await;
    let (status, opened) = place.desk(Method::POST, "/api/incidents", new("Disk low", "ALR-1")).await;
    assert_eq!((status, &opened["incident"]["number"]), (201, &json!("INC0000001")));
    let change = json!({"incident": {"status_id": 5, "notes": "Free again."}});
    let (status, changed) = place.desk(Method::PATCH, "/api/incidents/INC0000001", Some(change)).await;
    assert_eq!((status, &changed["incident"]["version"]), (200, &json!(2)));
    let (_, comments) = place.desk(Method::GET, "/api/incidents/INC0000001/comments", None).await;
    assert_eq!(comments["comments"][0]["text"], "Free again.");
    let (_, found) = place.desk(Method::GET, "/api/incidents?external_id=ALR-1&status_id=4,5", None).await;
    assert_eq!((&found["total"], &found["incidents"][0]["number"]), (&json!(1), &json!("INC0000001")));
}

#[tokio::test]
async fn only_what_is_allowed_is_done() {
    let place = Place::start().await;
    let reader = ("x-desk-key", "reader-secret");
    let (status, refused) = place.desk_as(reader, Method::POST, "/api/incidents", new("x", "1")).await;
    assert_eq!((status, &refused["error"]["code"]), (403, &json!("read_only")));
    let forbidden = json!({"incident": {"project_id": "secret", "subject": "x"}});
    let (status, refused) = place.desk(Method::POST, "/api/incidents", Some(forbidden)).await;
    assert_eq!((status, &refused["error"]["code"]), (403, &json!("forbidden_project")));
    let locked = ("x-desk-key", "locked-secret");
    assert_eq!(place.desk_as(locked, Method::GET, "/api/me", None).await.0, 403);
    assert_eq!(place.desk_as(("x-desk-key", "wrong"), Method::GET, "/api/me", None).await.0, 401);
}

#[tokio::test]
async fn a_refusal_names_the_fields() {
    let place = Place::start().await;
    let body = json!({"incident": {"project_id": "itsm", "priority_id": 9}});
    let (status, refused) = place.desk(Method::POST, "/api/incidents", Some(body)).await;
    assert_eq!(status, 422);
    let fields: Vec<_> =
        refused["error"]["fields"].as_array().unwrap().iter().map(|f| f["field"].clone()).collect();
    assert_eq!(fields, [json!("subject"), json!("priority_id")]);
}

#[tokio::test]
async fn an_unknown_parameter_is_refused_not_ignored() {
    let place = Place::start().await;
    let (status, refused) = place.desk(Method::GET, "/api/incidents?extrenal_id=1", None).await;
    assert_eq!((status, &refused["error"]["code"]), (400, &json!("unknown_parameter")));
}

#[tokio::test]
async fn tokens_are_issued_expire_and_are_revoked() {
    let place = Place::start().await;
    let bearer = token(&place).await;
    assert_eq!(me(&place, &bearer).await, (200, Value::Null));
    place.control(Method::POST, "/desk/tokens/revoke", None).await;
    assert_eq!(me(&place, &bearer).await, (401, json!("token_revoked")));
    place.control(Method::PUT, "/desk/tokens", Some(json!({"expires_in": 0}))).await;
    assert_eq!(me(&place, &token(&place).await).await, (401, json!("token_expired")));
}

async fn token(place: &Place) -> String {
    let body = json!({"grant_type": "client_credentials", "client_id": "integration", "client_secret": "desk-secret"});
    let (_, issued) = place.desk_as(("accept", "*/*"), Method::POST, "/oauth/token", Some(body)).await;
    format!("Bearer {}", issued["access_token"].as_str().unwrap())
}

async fn me(place: &Place, bearer: &str) -> (u16, Value) {
    let (status, answer) = place.desk_as(("authorization", bearer), Method::GET, "/api/me", None).await;
    (status, answer["error"]["code"].clone())
}

#[tokio::test]
async fn duplicates_are_counted() {
    let place = Place::start().await;
    for (subject, id) in [("a", "ALR-1"), ("b", "ALR-2"), ("a again", "ALR-1")] {
        place.desk(Method::POST, "/api/incidents", new(subject, id)).await;
    }
    let counts = place.control(Method::GET, "/desk/counts", None).await;
    assert_eq!((&counts["incidents"], &counts["duplicates"]), (&json!(3), &json!(["ALR-1"])));
    assert_eq!(counts["by_external_id"]["ALR-2"], json!({"created": 1, "updated": 0}));
}

#[tokio::test]
async fn a_restart_forgets_nothing() {
    let folder = std::env::temp_dir().join(format!("throughline-playground-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let place = Place::start_in(&folder).await;
    place.desk(Method::POST, "/api/incidents", new("Disk low", "ALR-000001")).await;
    place.monitor(Method::POST, "/api/alerts", Some(alert("DiskLow", "db-01", "critical"))).await;
    for file in ["desk.json", "monitor.json"] {
        eventually(file, Duration::from_secs(5), || async { std::fs::read(folder.join(file)) }).await;
    }
    drop(place);
    let place = Place::start_in(&folder).await;
    assert_eq!(place.desk(Method::GET, "/api/incidents/INC0000001", None).await.0, 200);
    let (_, next) =
        place.monitor(Method::POST, "/api/alerts", Some(alert("DiskLow", "db-02", "critical"))).await;
    assert_eq!(next["alert"]["id"], "ALR-000002");
    std::fs::remove_dir_all(folder).unwrap();
}
