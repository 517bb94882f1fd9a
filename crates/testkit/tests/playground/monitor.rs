//! The monitor lists what changed, and tells its hooks until they listen.

use std::time::Duration;

use reqwest::Method;
use serde_json::json;
use throughline_testkit::{builders::alert, client, eventually, eventually::holds};

use crate::place::Place;

const SOON: Duration = Duration::from_secs(10);

#[tokio::test]
async fn a_list_pages_through_what_changed() {
    let place = Place::start().await;
    for n in 0..5 {
        place
            .monitor(Method::POST, "/api/alerts", Some(alert("DiskLow", &format!("db-0{n}"), "warning")))
            .await;
    }
    let (_, third) = place.monitor(Method::GET, "/api/alerts/ALR-000003", None).await;
    let since = third["alert"]["updated_at"].as_str().unwrap();
    place.monitor(Method::POST, "/api/alerts/ALR-000001/resolve", None).await;
    let path = format!("/api/alerts?changed_since={since}&per_page=3");
    let (_, first) = place.monitor(Method::GET, &path, None).await;
    assert_eq!((&first["total"], &first["next_page"]), (&json!(4), &json!(2)));
    let (_, second) = place.monitor(Method::GET, &format!("{path}&page=2"), None).await;
    assert_eq!((&second["alerts"][0]["id"], &second["next_page"]), (&json!("ALR-000001"), &json!(null)));
}

#[tokio::test]
async fn a_key_is_needed() {
    let place = Place::start().await;
    let url = format!("{}/api/me", place.playground.monitor_url());
    assert_eq!(client().get(url).send().await.unwrap().status(), 401);
}

#[tokio::test]
async fn a_webhook_is_repeated_until_it_is_taken() {
    let place = Place::start().await;
    // The desk's own address stands in for a receiver: it refuses first, then answers 401, then the hook is moved.
    let hook = format!("{}/oauth/token", place.playground.desk_url());
    place.control(Method::POST, "/monitor/hooks", Some(json!({"url": hook, "secret": "s3cret"}))).await;
    place.monitor(Method::POST, "/api/alerts", Some(alert("DiskLow", "db-01", "critical"))).await;
    eventually("an attempt has failed", SOON, || async {
        let deliveries = place.control(Method::GET, "/monitor/deliveries", None).await;
        holds(deliveries["failed_attempts"].as_u64() > Some(1) && deliveries["pending"] == 1, deliveries)
    })
    .await;
}

#[tokio::test]
async fn it_raises_alerts_on_its_own_and_always_the_same() {
    let mut seen = Vec::new();
    for _ in 0..2 {
        let place = Place::start().await;
        let auto = json!({"enabled": true, "every_ms": 10, "seed": 3, "max_firing": 4});
        place.control(Method::PUT, "/monitor/auto", Some(auto)).await;
        let alerts = eventually("ten alerts", SOON, || async {
            let (_, list) = place.monitor(Method::GET, "/api/alerts?per_page=200", None).await;
            let mut alerts = list["alerts"].as_array().unwrap().clone();
            alerts.sort_by_key(|alert| alert["id"].to_string());
            let enough = alerts.len() >= 10;
            alerts.truncate(10);
            if enough { Ok(alerts) } else { Err(alerts.len()) }
        })
        .await;
        seen.push(alerts.iter().map(|alert| alert["labels"]["host"].clone()).collect::<Vec<_>>());
    }
    assert_eq!(seen[0], seen[1]);
}
