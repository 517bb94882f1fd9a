//! A run is there from its 202 on, for its own tenant.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};
use throughline_chassis::Service;
use throughline_contract::{Input, Message as _, Trigger};
use throughline_domain::{Clock as _, IntegrationId, Lane, SystemClock, TenantId, TriggerId, TriggerKind};
use throughline_store::scheduling::parked::{self, ParkedTrigger, Reason};

use super::house::{House, answered};
use crate::journeys::firing;
use crate::support::Ring;
use crate::support::partners::Partners;

/// No scheduler runs in a house, so what is accepted waits.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_accepted_is_queued_at_once_and_for_its_tenant_only() {
    let house = House::open().await;
    let (id, path) = house.listener().await;
    let (_, shown) = house.ask(Method::GET, &format!("/v1/integrations/{id}"), None).await;
    let key = shown["actions"][0]["key"].as_str().unwrap();
    let (_, pushed) = house.push(&path, "application/json", "{}").await;
    let (_, asked) = house.ask(Method::POST, &format!("/v1/integrations/{id}/actions/{key}/run"), None).await;
    for (accepted, trigger) in [(pushed, "listen"), (asked, "manual")] {
        let run = format!("/v1/runs/{}", accepted["run_id"].as_str().unwrap());
        let (status, found) = house.ask(Method::GET, &run, None).await;
        assert_eq!((status, found["status"].as_str()), (200, Some("queued")), "{found:#}");
        assert_eq!((found["trigger"].as_str(), found["action"]["key"].as_str()), (Some(trigger), Some(key)));
        assert_eq!(found["integration"]["name"], shown["name"]);
        assert_eq!(found["phases"][0]["state"], "pending");
        assert_eq!(house.ask(Method::GET, &format!("{run}/records"), None).await.1["items"], json!([]));
        let (status, problem) = house.ask(Method::GET, &format!("{run}/phases/load"), None).await;
        assert_eq!((status, problem["code"].as_str()), (404, Some("phase_not_captured")));
        assert_eq!(house.ask(Method::POST, &format!("{run}/cancel"), None).await.0, 202);
        for (method, path) in [(Method::GET, run.clone()), (Method::POST, format!("{run}/cancel"))] {
            let response = house.request(method, &path, Some(&house.stranger)).send().await.unwrap();
            assert_eq!(answered(response).await.0, 404, "a stranger at {path}");
        }
    }
    let unknown = format!("/v1/runs/{}", TriggerId::new(SystemClock.now()));
    assert_eq!(house.ask(Method::GET, &unknown, None).await.0, 404);
}

fn parked(tenant: TenantId, integration: IntegrationId, minutes: i64, reason: Reason) -> ParkedTrigger {
    let now = SystemClock.now();
    let trigger = Trigger {
        id: TriggerId::new(now),
        tenant,
        integration,
        action: "open".to_owned(),
        revision: None,
        kind: TriggerKind::Listen,
        lane: Lane::Bulk,
        accepted_at: now,
        not_before: None,
        attempt: 2,
        caused_by: None,
        input: Input::Poll,
    };
    ParkedTrigger {
        tenant,
        trigger: trigger.id,
        lane: Lane::Bulk,
        reason,
        not_before: now + chrono::Duration::minutes(minutes),
        message: trigger.encode(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_parked_is_queued_and_counted() {
    let house = House::open().await;
    let (tenant, integration) = (house.tenant().await, IntegrationId::new(SystemClock.now()));
    let waiting = [(-3, Reason::Share), (-1, Reason::Depth), (5, Reason::Retry)]
        .map(|(minutes, reason)| parked(tenant, integration, minutes, reason));
    let scheduler = house.store(Service::Scheduler);
    let mut tx = scheduler.service().await.unwrap();
    parked::park(&mut tx, &waiting).await.unwrap();
    tx.commit().await.unwrap();
    for trigger in &waiting {
        let path = format!("/v1/runs/{}", trigger.trigger);
        let (status, found) = house.ask(Method::GET, &path, None).await;
        assert_eq!((status, found["status"].as_str()), (200, Some("queued")), "{found:#}");
        assert_eq!(found["attempt"], 2);
        let response = house.request(Method::GET, &path, Some(&house.stranger)).send().await.unwrap();
        assert_eq!(response.status(), 404);
    }
    let (_, stats) = house.ask(Method::GET, "/v1/stats", None).await;
    assert_eq!(
        (&stats["backlog"]["waiting"], &stats["backlog"]["retries"]),
        (&json!(2), &json!(1)),
        "{stats:#}"
    );
    assert!(stats["backlog"]["waiting_since"].is_string());
    let response = house.request(Method::GET, "/v1/stats", Some(&house.stranger)).send().await.unwrap();
    let (_, stats) = answered(response).await;
    assert_eq!(stats["backlog"], json!({ "waiting": 0, "waiting_since": null, "retries": 0 }));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_is_cancelled_while_it_waits_writes_nothing() {
    let mut ring = Ring::start().await;
    let partners = Partners::start(&ring.client).await;
    let url = ring.client.publish(&partners.document()).await.hook_url.unwrap();
    ring.stop(Service::Worker).await;
    let event =
        json!({ "version": 1, "event": "alert.raised", "delivery": "d", "alerts": [firing("ALR-31")] });
    let run = ring.client.hook(&url, &event).await;
    assert_eq!(ring.client.get(&format!("/v1/runs/{run}")).await["status"], "queued");
    assert_eq!(
        ring.client.ask(Method::POST, &format!("/v1/runs/{run}/cancel"), None).await,
        (202, Value::String(String::new()))
    );
    // A worker asks for wishes only of runs that are at least a second old.
    tokio::time::sleep(Duration::from_millis(1100)).await;
    ring.spawn(Service::Worker);
    let ended = ring.client.ended(&run).await;
    assert_eq!(ended["status"], "cancelled", "{ended:#}");
    assert_eq!(ended["records"]["created"], 0, "{ended:#}");
}
