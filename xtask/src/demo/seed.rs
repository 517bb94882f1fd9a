//! Systems, integrations and webhooks of the demo, made through the public API.

use std::{collections::BTreeMap, time::Duration};

use anyhow::{Context as _, ensure};
use serde_json::{Value, json};

use super::documents;
use crate::{
    http::{Client, wait_until},
    servers::{
        playground::{self, PlaygroundAddress},
        services,
    },
    stack::{Stack, Unit},
};

/// How often the monitor raises or clears an alert on its own.
const PACE_MS: u32 = 10_000;

/// Makes what is missing, then lets the monitor begin.
pub(super) fn ensure(stack: &mut Stack) -> anyhow::Result<()> {
    let api = client(stack)?;
    let partners = playground::address(stack)?;
    let root = stack.workspace.root.clone();
    let control = Client::new(&partners.control);
    if control.get("/control/monitor/alerts")?["alerts"] == json!([]) {
        first_alerts(&control)?;
    }
    let systems = systems(&api, documents::systems(&root, &addresses(&partners))?)?;
    let hooks = integrations(&api, documents::integrations(&root, &systems)?)?;
    begin(&control, &hooks)
}

/// Waits until a run has succeeded and one has failed, so that there is something to look at.
pub(super) fn await_runs(stack: &mut Stack) -> anyhow::Result<()> {
    let api = client(stack)?;
    let seen = |status: &str| {
        let list = api.get(&format!("/v1/runs?status={status}&limit=1"));
        list.is_ok_and(|list| list["items"].as_array().is_some_and(|runs| !runs.is_empty()))
    };
    let ready = wait_until(Duration::from_secs(60), || seen("succeeded") && seen("failed"), || false);
    ensure!(ready, "no run has finished within a minute. `cargo xtask status` shows what is not running");
    Ok(())
}

fn client(stack: &mut Stack) -> anyhow::Result<Client> {
    let token =
        stack.state.demo.as_ref().map(|demo| demo.api_token.clone()).context("there is no demo tenant")?;
    Ok(Client::new(services::address(stack, Unit::Gateway)?)
        .with_header("authorization", format!("Bearer {token}")))
}

/// What the polls find when they look for the first time.
fn first_alerts(control: &Client) -> anyhow::Result<()> {
    let alerts = [
        ("DiskLow", "db-01", "critical"),
        ("HighLatency", "web-01", "warning"),
        ("BackupFinished", "db-02", "info"),
    ];
    for (name, host, severity) in alerts {
        let labels = json!({"alertname": name, "host": host, "severity": severity, "service": "shop", "site": "sofia"});
        let annotations =
            json!({"summary": format!("{name} on {host}"), "description": "It was there before you came."});
        control.post(
            "/control/monitor/alerts",
            &json!({"alert": {"labels": labels, "annotations": annotations}}),
        )?;
    }
    Ok(())
}

fn addresses(partners: &PlaygroundAddress) -> BTreeMap<&'static str, String> {
    BTreeMap::from([("monitor", partners.monitor.clone()), ("desk", partners.desk.clone())])
}

/// Ids of the systems, by name.
fn systems(api: &Client, wanted: Vec<Value>) -> anyhow::Result<BTreeMap<String, String>> {
    let known = by_name(&api.get("/v1/systems?limit=200")?);
    let mut ids = BTreeMap::new();
    for system in wanted {
        let name = text(&system, "name")?;
        let id = match known.get(&name) {
            Some(known) => text(known, "id")?,
            None => {
                let id = text(&api.post("/v1/systems", &system)?, "id")?;
                // A broken one says so, which is what it is for.
                let _ = api.post(&format!("/v1/systems/{id}/test"), &json!({}));
                id
            }
        };
        ids.insert(name, id);
    }
    Ok(ids)
}

/// Publishes and enables what is missing; answers the addresses that listen.
fn integrations(api: &Client, wanted: Vec<Value>) -> anyhow::Result<Vec<String>> {
    let known = by_name(&api.get("/v1/integrations?limit=200")?);
    let mut hooks = Vec::new();
    for document in wanted {
        let name = text(&document, "name")?;
        let integration = match known.get(&name) {
            Some(known) => known.clone(),
            None => publish(api, &document).with_context(|| format!("the integration {name:?}"))?,
        };
        let actions = integration["actions"].as_array().map(Vec::as_slice).unwrap_or_default();
        hooks.extend(actions.iter().filter_map(|action| action["hook_url"].as_str().map(str::to_owned)));
    }
    Ok(hooks)
}

fn publish(api: &Client, document: &Value) -> anyhow::Result<Value> {
    let draft = api.post("/v1/integrations", &json!({ "document": document }))?;
    let id = text(&draft, "id")?;
    api.post(&format!("/v1/integrations/{id}/publish"), &json!({}))?;
    api.post(&format!("/v1/integrations/{id}/enable"), &json!({}))
}

/// Tells the monitor where to push, and lets it raise alerts.
fn begin(control: &Client, hooks: &[String]) -> anyhow::Result<()> {
    for hook in hooks {
        control.post("/control/monitor/hooks", &json!({ "url": hook }))?;
    }
    control.call("PUT", "/control/monitor/auto", Some(&json!({"enabled": true, "every_ms": PACE_MS})))?;
    Ok(())
}

fn by_name(list: &Value) -> BTreeMap<String, Value> {
    let items = list["items"].as_array().map(Vec::as_slice).unwrap_or_default();
    items.iter().filter_map(|item| Some((item["name"].as_str()?.to_owned(), item.clone()))).collect()
}

fn text(value: &Value, field: &str) -> anyhow::Result<String> {
    value[field]
        .as_str()
        .map(str::to_owned)
        .with_context(|| format!("the API answered without {field}: {value}"))
}
