//! What is kept of a run, and what never leaves the worker.

use serde_json::{Value, json};

use super::alert_to_incident::firing;
use crate::support::Ring;
use crate::support::partners::{self, Partners};

async fn collect(ring: &Ring, http: &str, payload: bool) {
    let mut settings = ring.client.get("/v1/settings").await;
    settings["capture"] = json!({ "http": http, "http_until": null, "payload": payload });
    settings.as_object_mut().unwrap().remove("defaults");
    let (status, body) = ring.client.ask(reqwest::Method::PUT, "/v1/settings", Some(&settings)).await;
    assert_eq!(status, 200, "{body:#}");
}

async fn one_run(ring: &Ring, hook_url: &str, alert: Value) -> Value {
    let event = json!({ "version": 1, "event": "alert.raised", "delivery": "d", "alerts": [alert] });
    let run = ring.client.hook(hook_url, &event).await;
    ring.client.ended(&run).await
}

fn state<'a>(run: &'a Value, phase: &str) -> &'a Value {
    run["phases"].as_array().unwrap().iter().find(|found| found["phase"] == phase).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn modes_decide_what_is_kept_and_the_reason_is_said() {
    let ring = Ring::start().await;
    let partners = Partners::start(&ring.client).await;
    let url = ring.client.publish(&partners.document()).await.hook_url.unwrap();
    let failures = one_run(&ring, &url, firing("ALR-40")).await;
    assert_eq!(state(&failures, "load_http")["state"], "not_captured", "{failures:#}");
    assert!(state(&failures, "load_http")["reason"].as_str().unwrap().len() > 20);
    assert_eq!(state(&failures, "load")["state"], "captured");
    collect(&ring, "all", true).await;
    let all = one_run(&ring, &url, firing("ALR-41")).await;
    assert_eq!(state(&all, "load_http")["state"], "captured", "{all:#}");
    collect(&ring, "off", false).await;
    let off = one_run(&ring, &url, firing("ALR-42")).await;
    for phase in ["extract", "load", "response", "load_http"] {
        assert_eq!(state(&off, phase)["state"], "not_captured", "{phase}");
    }
    let path = format!("/v1/runs/{}/phases/load", off["id"].as_str().unwrap());
    let (status, problem) = ring.client.ask(reqwest::Method::GET, &path, None).await;
    assert_eq!((status, problem["code"].as_str()), (404, Some("phase_not_captured")), "{problem:#}");
}

#[tokio::test(flavor = "multi_thread")]
async fn secrets_are_found_in_no_outlet() {
    let ring = Ring::start().await;
    let partners = Partners::start(&ring.client).await;
    collect(&ring, "all", true).await;
    // The canary is a credential, and the alert carries it as well: in clear, and in base64.
    let canary = "canary-4f1d2c9a7b";
    let account = json!({ "secret": canary, "locked": false });
    partners.control(reqwest::Method::PUT, "/control/desk/accounts/integration", Some(&account)).await;
    let mut system = partners::desk(&partners.playground.desk_url(), canary);
    system["name"] = json!("Desk with a canary");
    let mut document = partners.document();
    document["target"]["system"] = json!(ring.client.system(&system).await);
    let url = ring.client.publish(&document).await.hook_url.unwrap();
    let mut alert = firing("ALR-43");
    let encoded = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, canary);
    alert["annotations"]["description"] = json!(format!("password {canary} or {encoded}"));
    let run = one_run(&ring, &url, alert).await;
    let id = run["id"].as_str().unwrap();
    assert_eq!(run["status"], "succeeded", "{run:#}");
    let mut outlets = vec![run.to_string()];
    for phase in ["status", "extract", "load", "load_http", "response"] {
        outlets.push(ring.client.phase(id, phase).await.to_string());
    }
    for outlet in &outlets {
        assert!(!outlet.contains(canary) && !outlet.contains(&encoded), "{outlet}");
    }
    assert!(outlets[1..].iter().any(|outlet| outlet.contains("[masked:")));
    let export = ring.client.http().get(ring.client.url(&format!("/v1/runs/{id}/export")));
    let bytes = export.bearer_auth(&ring.tenant.owner_token).send().await.unwrap().bytes().await.unwrap();
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    for at in 0..archive.len() {
        let mut text = String::new();
        std::io::Read::read_to_string(&mut archive.by_index(at).unwrap(), &mut text).unwrap();
        assert!(!text.contains(canary) && !text.contains(&encoded), "file {at}");
    }
}
