//! What changed between two documents, and a hash that says whether anything did. Numbers compare by amount, the order of
//! an object's keys means nothing.

use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use crate::fault::pointer_to;
use crate::filter::same;

/// Pointers of the places where two documents differ, in the order of the first document's keys: inside objects the
/// deepest that say so; a list that differs is one difference.
pub fn diff(before: &Value, after: &Value) -> Vec<String> {
    let mut pointers = Vec::new();
    compare(before, after, "", &mut pointers);
    pointers
}

fn compare(before: &Value, after: &Value, pointer: &str, pointers: &mut Vec<String>) {
    match (before, after) {
        (Value::Object(before), Value::Object(after)) => compare_objects(before, after, pointer, pointers),
        (before, after) if same(before, after) => {}
        _ => pointers.push(pointer.to_owned()),
    }
}

fn compare_objects(
    before: &Map<String, Value>,
    after: &Map<String, Value>,
    pointer: &str,
    pointers: &mut Vec<String>,
) {
    for (key, old) in before {
        let pointer = pointer_to(pointer, key);
        match after.get(key) {
            Some(new) => compare(old, new, &pointer, pointers),
            None => pointers.push(pointer),
        }
    }
    pointers
        .extend(after.keys().filter(|key| !before.contains_key(*key)).map(|key| pointer_to(pointer, key)));
}

/// The SHA-256 of a document's canonical JSON, in hexadecimal: keys sorted, no spaces, whole numbers without a fraction.
pub fn content_hash(document: &Value) -> String {
    let mut text = String::new();
    canonical(document, &mut text);
    hex::encode(Sha256::digest(text.as_bytes()).as_slice())
}

fn canonical(value: &Value, text: &mut String) {
    match value {
        Value::Array(items) => {
            text.push('[');
            for (position, item) in items.iter().enumerate() {
                text.push_str(if position > 0 { "," } else { "" });
                canonical(item, text);
            }
            text.push(']');
        }
        Value::Object(map) => {
            let mut keys: Vec<_> = map.iter().collect();
            keys.sort_unstable_by_key(|(key, _)| key.as_str());
            text.push('{');
            for (position, (key, value)) in keys.into_iter().enumerate() {
                text.push_str(if position > 0 { "," } else { "" });
                text.push_str(&Value::from(key.as_str()).to_string());
                text.push(':');
                canonical(value, text);
            }
            text.push('}');
        }
        Value::Number(number) => text.push_str(&whole(number).unwrap_or_else(|| number.to_string())),
        other => text.push_str(&other.to_string()),
    }
}

/// A float without a fraction, written as a whole number.
fn whole(number: &serde_json::Number) -> Option<String> {
    let float =
        number.as_f64().filter(|float| number.is_f64() && float.fract() == 0.0 && float.abs() < 9e15)?;
    Some(format!("{}", float as i64))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn differences_are_pointed_at() {
        let before = json!({"a": {"b": 1, "c/d": "x"}, "list": [1, 2], "gone": null, "same": 2});
        let after = json!({"same": 2.0, "a": {"c/d": "y", "b": 1, "new": true}, "list": [2, 1]});
        assert_eq!(diff(&before, &after), ["/a/c~1d", "/a/new", "/list", "/gone"]);
        assert_eq!(diff(&before, &before), Vec::<String>::new());
        assert_eq!(diff(&json!(1), &json!("1")), [""]);
    }

    #[test]
    fn equal_documents_have_equal_hashes() {
        let a = json!({"b": [1, 2.0], "a": {"y": null, "x": "é\n"}});
        let b = json!({"a": {"x": "é\n", "y": null}, "b": [1.0, 2]});
        assert_eq!(content_hash(&a), content_hash(&b));
        assert_ne!(content_hash(&json!({"a": null})), content_hash(&json!({})));
        assert_eq!(
            content_hash(&json!({})),
            "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"
        );
    }
}
