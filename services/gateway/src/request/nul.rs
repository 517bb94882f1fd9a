//! The character U+0000: JSON can spell it, and neither a text nor a document of the database can hold it.

use serde_json::Value;

use super::pointer::escaped;
use crate::problem::{Answer, Problem};

/// What is said of it.
const DETAIL: &str = "holds the character U+0000, which cannot be stored";

/// Whether a JSON text may spell NUL. Nearly none does, so nearly none is looked at twice.
pub(super) fn may_be_in(body: &[u8]) -> bool {
    body.windows(6).any(|six| six == b"\\u0000")
}

/// Refuses a JSON text that holds NUL, with the place. What is no JSON is left to whoever parses it.
pub(super) fn refuse(body: &[u8]) -> Answer<()> {
    let value = serde_json::from_slice::<Value>(body).unwrap_or_default();
    match place(&value) {
        None => Ok(()),
        Some(pointer) => Err(Problem::field(pointer, "invalid_value", DETAIL)),
    }
}

/// Where the first one is.
fn place(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => text.contains('\0').then(String::new),
        Value::Array(items) => {
            items.iter().enumerate().find_map(|(at, item)| Some(format!("/{at}{}", place(item)?)))
        }
        Value::Object(members) => members.iter().find_map(|(name, value)| {
            let below = if name.contains('\0') { String::new() } else { place(value)? };
            Some(format!("/{}{below}", escaped(name).replace('\0', "\\u0000")))
        }),
        Value::Null | Value::Bool(_) | Value::Number(_) => None,
    }
}
