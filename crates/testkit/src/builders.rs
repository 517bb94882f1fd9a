//! Documents that tests and demos start from: change what matters, keep the rest.

use serde_json::{Map, Value, json};

/// An integration from the playground's monitor to its desk: a firing alert opens an incident, a resolved one closes it.
#[must_use]
pub fn alerts_to_incidents(monitor: &str, desk: &str) -> Value {
    json!({
        "name": "Monitor alerts to desk incidents",
        "description": "",
        "source": {"system": monitor, "entity": "alert"},
        "target": {"system": desk, "entity": "incident"},
        "correlation": {"target_field": "external_id"},
        "actions": [alert_action()]
    })
}

/// The one action of [`alerts_to_incidents`].
#[must_use]
pub fn alert_action() -> Value {
    json!({
        "key": "open-incident",
        "name": "Alert opens incident",
        "direction": "forward",
        "trigger": {"kind": "listen"},
        "expressions": [{"name": "title", "expression": "labels.alertname ~ ' on ' ~ labels.host"}],
        "map": [
            {"target": "subject", "template": "[{{ labels.severity }}] {{ vars.title }}"},
            {"target": "project_id", "constant": "itsm"},
            {"target": "description", "copy": "annotations.description"},
            {"target": "external_id", "copy": "id"},
            {"target": "priority_id", "value_map": {"from": "labels.severity", "values": {"critical": 5, "warning": 4}, "default": 3}},
            {"target": "status_id", "conditional": {
                "cases": [{"when": {"field": "status", "op": "eq", "value": "resolved"}, "then": {"constant": 5}}],
                "else": {"constant": 1}}}
        ],
        "write": "upsert",
        "create_when": {"field": "status", "op": "eq", "value": "firing"}
    })
}

/// Replaces the value at a JSON pointer, making the last step when it is absent: `with(doc, "/actions/0/write", …)`.
#[must_use]
pub fn with(mut document: Value, pointer: &str, value: Value) -> Value {
    if let Some(found) = document.pointer_mut(pointer) {
        *found = value;
        return document;
    }
    if let Some((parent, name)) = pointer.rsplit_once('/')
        && let Some(Value::Object(parent)) = document.pointer_mut(parent)
    {
        parent.insert(name.to_owned(), value);
    }
    document
}

/// A new alert for the monitor's API.
#[must_use]
pub fn alert(name: &str, host: &str, severity: &str) -> Value {
    json!({"alert": {
        "labels": {"alertname": name, "host": host, "severity": severity},
        "annotations": {"summary": format!("{name} on {host}"), "description": "Something is wrong."}
    }})
}

/// The fields of a new incident that the desk takes as it is.
#[must_use]
pub fn incident(subject: &str, external_id: &str) -> Map<String, Value> {
    let pairs = [("project_id", "itsm"), ("subject", subject), ("external_id", external_id)];
    pairs.into_iter().map(|(name, value)| (name.to_owned(), Value::from(value))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_is_changed_where_it_matters() {
        let document = with(alerts_to_incidents("m", "d"), "/actions/0/write", json!("create"));
        assert_eq!(document.pointer("/actions/0/write"), Some(&json!("create")));
        let document = with(document, "/actions/0/limits", json!({"max_records": 5}));
        assert_eq!(document.pointer("/actions/0/limits/max_records"), Some(&json!(5)));
    }
}
