//! Faults that need the whole document, or a schema.

use serde_json::{Value, json};

use super::*;
use crate::example;
use crate::parse;

fn schema(fields: Value) -> EntitySchema {
    serde_json::from_value(json!({"entity": "incident", "fields": fields})).unwrap()
}

fn found(document: &Value, schemas: Schemas<'_>) -> Vec<String> {
    let faults = validate(&parse(document).unwrap(), schemas);
    faults.into_iter().map(|fault| format!("{} {}: {}", fault.pointer, fault.code, fault.message)).collect()
}

#[test]
fn the_example_is_without_fault() {
    assert_eq!(found(&example::document(), Schemas::default()), Vec::<String>::new());
}

#[test]
fn schemas_find_faults_on_both_sides() {
    let source = schema(json!([
        {"path": "status", "kind": "enum", "values": [{"value": "firing", "label": "Firing"}, {"value": "ok"}]},
        {"path": "labels", "kind": "object"},
        {"path": "annotations.summary", "kind": "text"},
        {"path": "starts_at", "kind": "date"},
        {"path": "count", "kind": "number"},
    ]));
    let target = schema(json!([
        {"path": "subject", "kind": "text", "required": true},
        {"path": "project_id", "kind": "number", "required": true},
        {"path": "category", "kind": "enum", "required": true, "values": [{"value": 1, "label": "Disk"}]},
        {"path": "priority_id", "kind": "enum", "values": [{"value": 5}, {"value": 4}]},
        {"path": "status_id", "kind": "number", "read_only": true},
        {"path": "due_date", "kind": "date"},
        {"path": "custom_fields", "kind": "object"},
        {"path": "description", "kind": "text"},
    ]));
    let mut document = example::document();
    document["actions"][0]["filter"]["all"].as_array_mut().unwrap().extend([
        json!({"field": "starts_at", "op": "contains", "value": "x"}),
        json!({"field": "count", "op": "eq", "value": "3"}),
        json!({"field": "status", "op": "in", "value": ["firing", "gone"]}),
        json!({"field": "nowhere.x", "op": "is_empty"}),
    ]);
    insta::assert_debug_snapshot!(found(&document, Schemas { source: Some(&source), target: Some(&target) }));
}

#[test]
fn labels_may_be_written_but_not_compared_with() {
    let fields = json!([{"path": "priority_id", "kind": "enum", "values": [{"value": 5, "label": "Urgent"}, {"value": 4}]}]);
    let schema = schema(fields);
    let mut document = example::document();
    document["actions"][0]["filter"] = json!({"field": "priority_id", "op": "eq", "value": "urgent"});
    document["actions"][0]["map"] = json!([
        {"target": "priority_id", "value_map": {"from": "priority_id", "values": {"a": "urgent", "b": 4, "c": "", "d": "Sky high"}}},
    ]);
    document.as_object_mut().unwrap().remove("correlation");
    let found = found(&document, Schemas { source: Some(&schema), target: Some(&schema) });
    let about_values: Vec<_> = found.iter().filter(|fault| fault.contains("value_not_allowed")).collect();
    assert_eq!(about_values.len(), 3, "{found:#?}");
    assert!(about_values[0].starts_with("/actions/0/filter/value"), "records have ids: {found:#?}");
    assert!(about_values[1].contains("values/c") && about_values[2].contains("values/d"), "{found:#?}");
}

#[test]
fn what_is_not_available_or_out_of_range_is_said() {
    let mut document = example::document();
    let action = &mut document["actions"][0];
    action["direction"] = json!("backward");
    action["respond"] = json!([{"target": "x", "constant": 1}]);
    action["trigger"] = json!({"kind": "poll", "cron": "0 0 31 2 *", "time_zone": "Sofia"});
    action["limits"] = json!({"timeout": "10s", "http_timeout": "1m", "max_records": 0, "page_size": 5000});
    action["filter"] = json!({"all": [{"field": "a", "op": "matches", "value": "a{9999}{9999}"}, {"field": "a", "op": "after", "value": "soon"}]});
    insta::assert_debug_snapshot!(found(&document, Schemas::default()));
    let mut empty = example::document();
    empty["actions"] = json!([]);
    assert_eq!(
        found(&empty, Schemas::default()),
        ["/actions missing_key: an integration needs at least one action"]
    );
}
