//! The real software as `cargo xtask real` left it, and the integration that most tests put between.

mod alertmanager;
mod icinga2;
mod redmine;
mod refused;
mod request_tracker;

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use serde_json::{Value, json};

pub(super) use alertmanager::Alertmanager;
pub(super) use icinga2::Icinga;
pub(super) use redmine::{Redmine, Spare, custom};
pub(super) use refused::{event, refused, refused_of, resolved};
pub(super) use request_tracker::{RequestTracker, SpareTracker, value_of};

use crate::support::{Client, Ring};

/// Prometheus scrapes and groups, Redmine takes its time: everything here is slow, and nothing is timed.
pub(super) const SOON: Duration = Duration::from_secs(150);

/// What `cargo xtask real` says under that name.
pub(super) fn said(name: &str) -> String {
    #[allow(clippy::disallowed_methods, reason = "addresses of real software come by the environment")]
    std::env::var(name).unwrap_or_else(|_| panic!("{name} is not set: cargo xtask real up"))
}

/// Has a script of `xtask/real` do something, and gives what it prints.
fn control(name: &str, deed: &str, folder: &str) -> String {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../xtask/real/{name}.sh"));
    let output = Command::new("bash").arg(script).arg(deed).arg(said(folder)).output().unwrap();
    assert!(output.status.success(), "{deed}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// A name that no earlier run of the tests has used.
pub(super) fn unique(prefix: &str) -> String {
    format!("{prefix}-{:08x}", rand::random::<u32>())
}

/// The ring, with both as systems whose schemas have been read.
pub(super) struct Bench {
    pub(super) ring: Ring,
    pub(super) alertmanager: Alertmanager,
    pub(super) redmine: Redmine,
    /// Alertmanager as a system.
    pub(super) source: String,
    /// Redmine as a system, with the key of an ordinary account.
    pub(super) target: String,
    /// What Redmine tells of its issues.
    pub(super) issue: Value,
}

impl Bench {
    pub(super) async fn start() -> Self {
        let ring = Ring::start().await;
        let (alertmanager, redmine) = (Alertmanager::new(&ring.client), Redmine::new(&ring.client));
        let source = ring.client.system(&Alertmanager::system()).await;
        let target = ring.client.system(&Redmine::system("Redmine", &said("REDMINE_KEY"))).await;
        let issue = read_schema(&ring.client, &target).await;
        Self { ring, alertmanager, redmine, source, target, issue }
    }

    /// The usual integration.
    pub(super) fn document(&self) -> Value {
        document(&self.source, &self.target, &self.issue)
    }
}

/// Reads the fields of a Redmine system, which are its own, and gives those of its issues.
pub(super) async fn read_schema(client: &Client, system: &str) -> Value {
    read_entity(client, system, "issue").await
}

/// Reads the fields of a system, which are its own, and gives those of an entity.
pub(super) async fn read_entity(client: &Client, system: &str, entity: &str) -> Value {
    let schema = client.post(&format!("/v1/systems/{system}/schema/reload"), &json!({})).await;
    let found = schema["entities"].as_array().unwrap().iter().find(|found| found["entity"] == entity);
    found.unwrap_or_else(|| panic!("no {entity} in {schema:#}")).clone()
}

/// The field of an entity with this label.
pub(super) fn field<'s>(entity: &'s Value, label: &str) -> &'s Value {
    let fields = entity["fields"].as_array().unwrap();
    fields.iter().find(|field| field["label"] == label).unwrap_or_else(|| panic!("no {label} in {entity:#}"))
}

/// An alert opens an issue, its end closes it with a note, its return opens it again.
pub(super) fn document(alertmanager: &str, redmine: &str, issue: &Value) -> Value {
    let custom = |label: &str| field(issue, label)["path"].clone();
    json!({
        "name": "Alertmanager to Redmine", "description": "",
        "source": { "system": alertmanager, "entity": "alert" },
        "target": { "system": redmine, "entity": "issue" },
        "correlation": { "target_field": custom("External ID") },
        "actions": [{
            "key": "alert-to-issue", "name": "Alert opens issue", "direction": "forward",
            "trigger": { "kind": "listen" },
            "map": [
                { "target": "project_id", "constant": said("REDMINE_PROJECT"), "on": "create" },
                { "target": "tracker_id", "constant": "Support", "on": "create" },
                { "target": "subject", "template": "[{{ labels.severity }}] {{ labels.alertname }} on {{ labels.host }}" },
                { "target": "description", "copy": "annotations.description", "default": "" },
                { "target": "priority_id", "value_map": { "from": "labels.severity",
                    "values": { "critical": "Immediate", "warning": "High" }, "default": "Normal" } },
                { "target": "status_id", "conditional": {
                    "cases": [{ "when": { "field": "status", "op": "eq", "value": "resolved" }, "then": { "constant": "Closed" } }],
                    "else": { "constant": "New" } } },
                { "target": "notes", "template": "Alertmanager: {{ status }}.", "on": "update" },
                { "target": custom("External ID"), "copy": "fingerprint" },
                { "target": custom("Source System"), "constant": "Prometheus" },
                { "target": custom("Impact"), "value_map": { "from": "labels.severity",
                    "values": { "critical": "1-High", "warning": "2-Medium" }, "default": "3-Low" } },
            ],
            "write": "upsert",
            "create_when": { "field": "status", "op": "eq", "value": "firing" },
            "limits": { "timeout": "2m", "http_timeout": "30s" },
        }],
    })
}

/// The faults of a document that is not published, under a name of its own.
pub(super) async fn faults(client: &Client, document: &Value) -> Vec<Value> {
    let mut document = document.clone();
    document["name"] = json!(unique("Draft"));
    let made = client.post("/v1/integrations", &json!({ "document": document })).await;
    made["faults"].as_array().unwrap().clone()
}

/// Replaces the rule for a target field.
pub(super) fn set_rule(document: &mut Value, target: &str, rule: Value) {
    let rules = document["actions"][0]["map"].as_array_mut().unwrap();
    let at = rules.iter().position(|rule| rule["target"] == target).expect("a rule for it");
    rules[at] = rule;
}
