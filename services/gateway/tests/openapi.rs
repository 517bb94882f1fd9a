//! The OpenAPI document is the one in `proto/http/`, and is whole.

use std::collections::BTreeSet;
use std::path::PathBuf;

use serde_json::Value;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Clients and the console's types come from the file. `throughline-admin openapi --out proto/http/gateway.v1.json` writes it.
#[test]
fn the_file_is_what_the_handlers_say() {
    let file = std::fs::read_to_string(root().join("proto/http/gateway.v1.json")).unwrap();
    let now = serde_json::to_string_pretty(&throughline_gateway::document()).unwrap() + "\n";
    assert!(
        file == now,
        "proto/http/gateway.v1.json is old: throughline-admin openapi --out proto/http/gateway.v1.json"
    );
}

#[test]
fn every_reference_leads_somewhere() {
    let document = throughline_gateway::document();
    let mut references = BTreeSet::new();
    collect(&document, &mut references);
    for reference in references {
        let pointer = reference.trim_start_matches('#');
        assert!(document.pointer(pointer).is_some(), "{reference} leads nowhere");
    }
}

fn collect(value: &Value, into: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => {
            into.extend(members.get("$ref").and_then(Value::as_str).map(str::to_owned));
            members.values().for_each(|member| collect(member, into));
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, into)),
        _ => {}
    }
}

#[test]
fn every_operation_says_who_may_and_how_it_refuses() {
    let document = throughline_gateway::document();
    let mut ids = BTreeSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let name = format!("{method} {path}");
            assert!(
                ids.insert(operation["operationId"].as_str().unwrap().to_owned()),
                "{name}: its id is taken"
            );
            assert!(operation["summary"].as_str().is_some_and(|text| !text.is_empty()), "{name}: no summary");
            assert!(operation["responses"]["500"].is_object(), "{name}: no 500");
            let is_open = operation["security"] == serde_json::json!([{}]);
            assert!(is_open || operation["responses"]["401"].is_object(), "{name}: no 401");
            assert_eq!(operation["x-least-role"].is_string(), !is_open, "{name}");
        }
    }
}
