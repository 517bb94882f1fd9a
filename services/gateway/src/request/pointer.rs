//! From serde's words to a JSON pointer, a code and a sentence.

use serde_path_to_error::{Path, Segment};

/// Where a body is wrong, with a stable code.
pub(crate) fn pointer_of(path: &Path, message: &str) -> (String, &'static str, String) {
    let parent: String = path.iter().filter_map(token).map(|token| format!("/{}", escaped(&token))).collect();
    match (quoted(message, "unknown field `"), quoted(message, "missing field `")) {
        (Some(name), _) => {
            (ending_in(parent, name), "unknown_field", format!("`{name}` is not a field here"))
        }
        (_, Some(name)) => (ending_in(parent, name), "missing_field", format!("`{name}` is missing")),
        _ if message.starts_with("invalid type") => (parent, "wrong_type", message.to_owned()),
        _ => (parent, "invalid_value", message.to_owned()),
    }
}

fn token(segment: &Segment) -> Option<String> {
    match segment {
        Segment::Seq { index } => Some(index.to_string()),
        Segment::Map { key } => Some(key.clone()),
        Segment::Enum { .. } | Segment::Unknown => None,
    }
}

fn ending_in(parent: String, name: &str) -> String {
    let last = format!("/{}", escaped(name));
    if parent.ends_with(&last) { parent } else { parent + &last }
}

fn quoted<'a>(message: &'a str, lead: &str) -> Option<&'a str> {
    message.strip_prefix(lead)?.split('`').next()
}

/// One token of a JSON pointer, escaped as RFC 6901 says.
pub(crate) fn escaped(token: &str) -> String {
    token.replace('~', "~0").replace('/', "~1")
}
