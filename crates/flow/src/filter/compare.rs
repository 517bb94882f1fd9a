//! How values compare: one meaning for filters, conditional rules, and what is left of a query.

use std::cmp::Ordering;

use serde_json::Value;

use crate::moment;

/// The same value. Numbers compare by amount, so 5 and 5.0 are the same; 5 and "5" are not.
pub(crate) fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => a == b || numbers(a, b) == Some(Ordering::Equal),
        (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b)),
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len()
                && a.iter().all(|(key, value)| b.get(key).is_some_and(|other| same(value, other)))
        }
        _ => a == b,
    }
}

/// One of a list; a list that was seen: at least one of its items is.
pub(super) fn one_of(seen: &Value, list: &Value) -> bool {
    let Value::Array(list) = list else { return false };
    match seen {
        Value::Array(items) => items.iter().any(|item| list.iter().any(|value| same(item, value))),
        seen => list.iter().any(|value| same(seen, value)),
    }
}

/// A text with another inside, a list with an item.
pub(super) fn contains(seen: &Value, expected: &Value) -> bool {
    match (seen, expected) {
        (Value::String(seen), Value::String(expected)) => seen.contains(expected.as_str()),
        (Value::Array(items), expected) => items.iter().any(|item| same(item, expected)),
        _ => false,
    }
}

pub(super) fn texts(seen: Option<&Value>, expected: &Value, holds: impl Fn(&str, &str) -> bool) -> bool {
    matches!((seen, expected), (Some(Value::String(seen)), Value::String(expected)) if holds(seen, expected))
}

/// Missing, null, an empty text, list or object.
pub(crate) fn is_empty(seen: Option<&Value>) -> bool {
    match seen {
        None | Some(Value::Null) => true,
        Some(Value::String(text)) => text.is_empty(),
        Some(Value::Array(items)) => items.is_empty(),
        Some(Value::Object(map)) => map.is_empty(),
        Some(Value::Bool(_) | Value::Number(_)) => false,
    }
}

/// Numbers by amount (a text that reads as one counts, beside a number); texts as instants when both are, else
/// character by character. Nothing else has an order.
pub(super) fn order(seen: Option<&Value>, expected: &Value) -> Option<Ordering> {
    match (seen?, expected) {
        (Value::Number(seen), Value::Number(expected)) => numbers(seen, expected),
        (Value::String(seen), Value::Number(expected)) => {
            seen.trim().parse::<f64>().ok()?.partial_cmp(&expected.as_f64()?)
        }
        (Value::Number(seen), Value::String(expected)) => match moment::instant_of_text(expected) {
            Some(expected) => Some(moment::instant_of_number(seen.as_f64()?)?.cmp(&expected)),
            None => seen.as_f64()?.partial_cmp(&expected.trim().parse().ok()?),
        },
        (Value::String(seen), Value::String(expected)) => {
            match (moment::instant_of_text(seen.trim()), moment::instant_of_text(expected.trim())) {
                (Some(seen), Some(expected)) => Some(seen.cmp(&expected)),
                _ => Some(seen.cmp(expected)),
            }
        }
        _ => None,
    }
}

fn numbers(a: &serde_json::Number, b: &serde_json::Number) -> Option<Ordering> {
    match (a.as_i128(), b.as_i128()) {
        (Some(a), Some(b)) => Some(a.cmp(&b)),
        _ => a.as_f64()?.partial_cmp(&b.as_f64()?),
    }
}
