//! What is true of all schemas: what we answer is complete, what we take has no unknown fields.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

/// Says of the schemas in `given` that every field which may be null is present all the same: optional fields of answers
/// are sent as null, not left out, unless their schema has no null.
pub(super) fn complete(schemas: &mut serde_json::Map<String, Value>, given: &BTreeSet<String>) {
    for (_, schema) in schemas.iter_mut().filter(|(name, _)| given.contains(*name)) {
        complete_object(schema);
    }
}

fn complete_object(schema: &mut Value) {
    if let Some(parts) = schema.get_mut("allOf").and_then(Value::as_array_mut) {
        parts.iter_mut().for_each(complete_object);
    }
    let Some(properties) = schema.get("properties").and_then(Value::as_object) else { return };
    let nullable =
        properties.iter().filter(|(_, property)| may_be_null(property)).map(|(name, _)| name.clone());
    let mut required: BTreeMap<String, ()> = nullable.map(|name| (name, ())).collect();
    let stated = schema.get("required").and_then(Value::as_array).cloned().unwrap_or_default();
    required.extend(stated.iter().filter_map(|name| Some((name.as_str()?.to_owned(), ()))));
    schema["required"] = required.into_keys().collect();
}

fn may_be_null(property: &Value) -> bool {
    let is_null = |kind: &Value| kind == "null";
    let by_type = match &property["type"] {
        Value::Array(kinds) => kinds.iter().any(is_null),
        kind => is_null(kind),
    };
    let among =
        |key: &str| property[key].as_array().is_some_and(|all| all.iter().any(|one| is_null(&one["type"])));
    by_type || among("oneOf") || among("anyOf")
}
