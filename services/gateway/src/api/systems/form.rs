//! Checking what was filled in against the form of a connector: a JSON Schema of one flat object.

use serde_json::{Map, Value};

use crate::problem::FieldFault;

/// What is wrong with the fields of `given`, which sits at `pointer`.
pub(crate) fn check(given: &Map<String, Value>, schema: &Value, pointer: &str) -> Vec<FieldFault> {
    let none = Map::new();
    let fields = schema["properties"].as_object().unwrap_or(&none);
    let required = schema["required"].as_array().map(Vec::as_slice).unwrap_or_default();
    let absent = |name: &&str| given.get(*name).is_none_or(Value::is_null);
    let missing = required.iter().filter_map(Value::as_str).filter(absent);
    let mut faults: Vec<_> =
        missing.map(|name| fault(pointer, name, "missing_field", "is required".to_owned())).collect();
    for (name, value) in given.iter().filter(|(_, value)| !value.is_null()) {
        let wrong = match fields.get(name) {
            None => Some(("unknown_field", format!("is not one of {}", names(fields)))),
            Some(field) => check_value(value, field),
        };
        faults.extend(wrong.map(|(code, detail)| fault(pointer, name, code, detail)));
    }
    faults
}

fn check_value(value: &Value, field: &Value) -> Option<(&'static str, String)> {
    let wanted = field["type"].as_str().unwrap_or_default();
    let fits = match wanted {
        "string" => value.is_string(),
        "number" => value.is_number(),
        "integer" => value.is_i64(),
        "boolean" => value.is_boolean(),
        _ => true,
    };
    if !fits {
        return Some(("wrong_type", format!("should be a {wanted}")));
    }
    let choices = field["enum"].as_array()?;
    let shown = || choices.iter().map(Value::to_string).collect::<Vec<_>>().join(", ");
    (!choices.contains(value)).then(|| ("invalid_value", format!("should be one of {}", shown())))
}

fn fault(pointer: &str, name: &str, code: &'static str, detail: String) -> FieldFault {
    let pointer = format!("{pointer}/{}", crate::request::escaped(name));
    FieldFault { pointer, code: code.into(), detail }
}

fn names(fields: &Map<String, Value>) -> String {
    if fields.is_empty() { "none".to_owned() } else { fields.keys().cloned().collect::<Vec<_>>().join(", ") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn each_kind_of_fault_is_found() {
        let schema = json!({
            "properties": { "project": { "type": "string" }, "size": { "type": "number" }, "mode": { "type": "string", "enum": ["a"] } },
            "required": ["project"],
        });
        let given = json!({ "size": "big", "mode": "b", "colour": 1 });
        let faults = check(given.as_object().unwrap(), &schema, "/settings");
        let found: Vec<_> =
            faults.iter().map(|fault| (fault.pointer.as_str(), fault.code.as_ref())).collect();
        assert_eq!(
            found,
            [
                ("/settings/project", "missing_field"),
                ("/settings/size", "wrong_type"),
                ("/settings/mode", "invalid_value"),
                ("/settings/colour", "unknown_field"),
            ]
        );
    }
}
