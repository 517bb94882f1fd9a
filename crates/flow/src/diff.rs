//! What changed between two documents, and a hash that says whether anything did.

use serde_json::Value;

/// Pointers of the places where two documents differ: the shortest that say so, in order.
pub fn diff(before: &Value, after: &Value) -> Vec<String> {
    let _ = (before, after);
    Vec::new()
}

/// The SHA-256 of a document's canonical JSON, in hexadecimal: equal for documents that mean the same.
pub fn content_hash(document: &Value) -> String {
    let _ = document;
    String::new()
}
