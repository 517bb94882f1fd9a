//! Runs that the target refused, and what was kept of them.

use serde_json::{Value, json};

use super::said;
use crate::support::Client;

/// A run that failed, and what was kept of it.
pub(crate) struct Refused {
    pub(crate) run: String,
    pub(crate) error: Value,
    pub(crate) exchange: Value,
}

/// Sends one alert of `host`, as Alertmanager would, through a document, and gives what was refused.
pub(crate) async fn refused(client: &Client, document: &Value, host: &str) -> Refused {
    let url = client.publish(document).await.hook_url.unwrap();
    refused_of(client, client.hook(&url, &event(host)).await, host).await
}

/// What was refused of a run.
pub(crate) async fn refused_of(client: &Client, run: String, host: &str) -> Refused {
    let ended = client.ended(&run).await;
    assert_eq!(ended["status"], "failed", "{ended:#}");
    let error = ended["error"].clone();
    for word in ["title", "message", "cause", "what_to_do", "docs"] {
        assert!(error[word].as_str().is_some_and(|text| !text.is_empty()), "no {word}: {error:#}");
    }
    let evidence = &error["evidence"];
    assert_eq!((&evidence["phase"], &evidence["record"]), (&json!("load_http"), &json!(host)), "{error:#}");
    let http = client.phase(&run, "load_http").await;
    let exchanges = http["exchanges"].as_array().unwrap();
    let named = exchanges.iter().find(|exchange| exchange["id"] == evidence["exchange"]);
    Refused { run, error, exchange: named.expect("the exchange that the evidence names").clone() }
}

impl Refused {
    pub(crate) fn assert(&self, class: &str, code: &str, status: u16, message: &str) {
        let error = &self.error;
        assert_eq!((&error["class"], &error["code"]), (&json!(class), &json!(code)), "{error:#}");
        assert_eq!(error["side"], "target", "{error:#}");
        assert_eq!(error["message"], message);
        assert_eq!(self.exchange["response"]["status"], status, "{:#}", self.exchange);
    }
}

/// What Alertmanager sends when `DiskLow` fires on a host.
pub(crate) fn event(host: &str) -> Value {
    json!({
        "receiver": "hook", "status": "firing", "version": "4", "groupKey": "{}", "truncatedAlerts": 0,
        "groupLabels": {}, "commonLabels": {}, "commonAnnotations": {}, "externalURL": said("ALERTMANAGER_URL"),
        "alerts": [{ "status": "firing", "labels": { "alertname": "DiskLow", "host": host, "severity": "warning" },
                     "annotations": { "description": "3 % free on /" }, "startsAt": "2026-11-22T09:18:13.271Z",
                     "endsAt": "0001-01-01T00:00:00Z", "generatorURL": "http://127.0.0.1/graph", "fingerprint": host }],
    })
}

/// What it sends when that is over.
pub(crate) fn resolved(host: &str) -> Value {
    let mut event = event(host);
    event["alerts"][0]["status"] = json!("resolved");
    event["alerts"][0]["endsAt"] = json!("2026-11-22T09:20:13.271Z");
    event
}
