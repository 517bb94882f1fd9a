//! Masking JSON documents.

use serde_json::{Map, Value};

use crate::masked::{Masked, MaskedJson};
use crate::masker::Masker;
use crate::rules::sensitive_field;
use crate::tag::Kind;

impl Masker {
    /// Masks a JSON value: sensitive members, what the tenant's pointers name (the root of the pointers is this value),
    /// and every literal secret in strings, numbers and member names.
    pub fn json(&self, value: &Value) -> MaskedJson {
        let pointers: Vec<&[String]> = self.pointers.iter().map(Vec::as_slice).collect();
        Masked::new(self.value(value, &pointers))
    }

    /// Whether masking this value by structure (names and pointers) would hide something.
    pub(crate) fn hides_structure(&self, value: &Value) -> bool {
        !self.pointers.is_empty() || has_sensitive_member(value)
    }

    fn value(&self, value: &Value, pointers: &[&[String]]) -> Value {
        if pointers.iter().any(|pointer| pointer.is_empty()) {
            return self.hidden(value);
        }
        match value {
            Value::String(text) => Value::String(self.hide(text)),
            Value::Number(number) => self.number(number),
            Value::Array(items) => {
                let masked = items.iter().enumerate();
                Value::Array(
                    masked.map(|(at, item)| self.value(item, &below(pointers, &at.to_string()))).collect(),
                )
            }
            Value::Object(members) => Value::Object(self.members(members, pointers)),
            Value::Null | Value::Bool(_) => value.clone(),
        }
    }

    fn members(&self, members: &Map<String, Value>, pointers: &[&[String]]) -> Map<String, Value> {
        let mask = |(name, member): (&String, &Value)| {
            let masked = if sensitive_field(name) {
                self.hidden(member)
            } else {
                self.value(member, &below(pointers, name))
            };
            (self.hide(name), masked)
        };
        members.iter().map(mask).collect()
    }

    /// A number can be a secret too; then it becomes text.
    fn number(&self, number: &serde_json::Number) -> Value {
        let text = number.to_string();
        let masked = self.hide(&text);
        if masked == text { Value::Number(number.clone()) } else { Value::String(masked) }
    }

    /// The mask of a whole value; null, empty and boolean values hide nothing and stay.
    fn hidden(&self, value: &Value) -> Value {
        let hidden = match value {
            Value::Null | Value::Bool(_) => return value.clone(),
            Value::String(text) if text.is_empty() => return value.clone(),
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        Value::String(self.tagger.mask(Kind::Field, hidden.as_bytes()))
    }
}

/// The pointers that go on below this name.
fn below<'a>(pointers: &[&'a [String]], name: &str) -> Vec<&'a [String]> {
    let step = |pointer: &&'a [String]| match pointer.split_first() {
        Some((first, rest)) if first == "*" || first == name => Some(rest),
        _ => None,
    };
    pointers.iter().filter_map(step).collect()
}

fn has_sensitive_member(value: &Value) -> bool {
    match value {
        Value::Array(items) => items.iter().any(has_sensitive_member),
        Value::Object(members) => {
            members.iter().any(|(name, member)| sensitive_field(name) || has_sensitive_member(member))
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::{MaskRule, Masker};

    #[test]
    fn pointers_with_wildcards_hide_what_they_name() {
        let rules = [MaskRule::pointer("/users/*/mail").unwrap(), MaskRule::pointer("/note").unwrap()];
        let masker = Masker::new(b"k", &[], &rules);
        let masked =
            masker.json(&json!({"users": [{"mail": "a@x", "name": "A"}, {"mail": null}], "note": {"a": 1}}));
        let value = masked.get();
        assert_eq!(value["users"][0]["name"], "A");
        assert!(value["users"][0]["mail"].as_str().unwrap().starts_with("[masked:field:"));
        assert!(value["users"][1]["mail"].is_null());
        assert!(value["note"].as_str().unwrap().starts_with("[masked:field:"));
    }

    #[test]
    fn equal_values_have_equal_tags_and_others_do_not() {
        let masker = Masker::new(b"k", &[], &[]);
        let masked = masker.json(&json!([{"password": "a"}, {"password": "a"}, {"password": "b"}]));
        let value = masked.get();
        assert_eq!(value[0]["password"], value[1]["password"]);
        assert_ne!(value[0]["password"], value[2]["password"]);
    }

    #[test]
    fn a_secret_number_becomes_a_mask() {
        let masker = Masker::new(b"k", &["1234567890".into()], &[]);
        let masked = masker.json(&json!({"pin": 1_234_567_890, "other": 17}));
        assert!(masked.get()["pin"].as_str().unwrap().starts_with("[masked:secret:"));
        assert_eq!(masked.get()["other"], 17);
    }
}
