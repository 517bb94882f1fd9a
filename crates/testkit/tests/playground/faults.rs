//! Faults do what they say, and no more.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};
use throughline_testkit::{builders::incident, eventually};

use crate::place::Place;

#[tokio::test]
async fn a_refused_connection_comes_back_by_itself() {
    let place = Place::start().await;
    let me = format!("{}/api/me", place.playground.desk_url());
    place.control(Method::PUT, "/desk/fault", Some(json!({"mode": "refused", "for_ms": 300}))).await;
    eventually("the port is closed", Duration::from_secs(2), || async {
        match place.send(Method::GET, &me, None).await {
            Err(error) if error.is_connect() => Ok(()),
            other => Err(format!("{other:?}")),
        }
    })
    .await;
    eventually("the port is open", Duration::from_secs(5), || place.send(Method::GET, &me, None)).await;
}

#[tokio::test]
async fn a_lost_answer_has_been_carried_out() {
    let place = Place::start().await;
    let fault = json!({"mode": "lost_answer", "method": "POST", "path": "/api/incidents", "times": 1});
    place.control(Method::PUT, "/desk/fault", Some(fault)).await;
    let url = format!("{}/api/incidents", place.playground.desk_url());
    let lost = place.send(Method::POST, &url, Some(json!({"incident": incident("x", "ALR-1")}))).await;
    assert!(lost.is_err());
    let writes = place.control(Method::GET, "/desk/writes?external_id=ALR-1", None).await;
    assert_eq!(
        (&writes["writes"][0]["operation"], &writes["writes"][0]["answered"]),
        (&json!("create"), &json!(false))
    );
    assert_eq!(place.desk(Method::GET, "/api/me", None).await.0, 200);
}

#[tokio::test]
async fn too_many_requests_are_told_when_to_come_back() {
    let place = Place::start().await;
    place.control(Method::PUT, "/desk/rate-limit", Some(json!({"per_second": 0.5, "burst": 1}))).await;
    let url = format!("{}/api/me", place.playground.desk_url());
    assert_eq!(place.send(Method::GET, &url, None).await.unwrap().status(), 200);
    let refused = place.send(Method::GET, &url, None).await.unwrap();
    assert_eq!((refused.status().as_u16(), refused.headers()["retry-after"].to_str().unwrap()), (429, "2"));
}

#[tokio::test]
async fn faulty_addresses_break_only_themselves() {
    let place = Place::start().await;
    for (mode, expected) in
        [("unavailable", 503), ("rate_limit", 429), ("error", 500), ("html", 200), ("redirect", 302)]
    {
        let (status, _) = place.desk(Method::GET, &format!("/faulty/{mode}/api/me"), None).await;
        assert_eq!(status, expected, "{mode}");
    }
    let dropped = format!("{}/faulty/drop/api/me", place.playground.desk_url());
    assert!(place.send(Method::GET, &dropped, None).await.is_err());
    assert_eq!(place.desk(Method::GET, "/api/me", None).await.0, 200);
}

#[tokio::test]
async fn a_reset_forgets_everything() {
    let place = Place::start().await;
    place.desk(Method::POST, "/api/incidents", Some(json!({"incident": incident("x", "1")}))).await;
    place.control(Method::PUT, "/desk/fault", Some(json!({"mode": "error"}))).await;
    place.control(Method::POST, "/reset", None).await;
    let (status, list) = place.desk(Method::GET, "/api/incidents", None).await;
    assert_eq!((status, &list["total"]), (200, &json!(0)));
    assert_eq!(place.control(Method::GET, "", None).await["desk"]["switches"]["fault"], Value::Null);
}
