//! Text on its way into rows: Postgres takes no NUL character, and an index takes no long key.

use std::borrow::Cow;

use serde_json::Value;

/// The longest record key that is kept and searched, bytes.
pub(crate) const KEY_LIMIT: usize = 512;
/// The longest address of a record's page, bytes.
pub(crate) const URL_LIMIT: usize = 2048;
/// The longest error message, bytes.
pub(crate) const MESSAGE_LIMIT: usize = 4096;

/// The longest beginning of `text` that has at most `limit` bytes.
pub(crate) fn cut(text: &str, limit: usize) -> &str {
    &text[..text.floor_char_boundary(limit)]
}

/// `text` without NUL, cut to `limit` bytes.
pub(crate) fn clean(text: &str, limit: usize) -> String {
    let cut = cut(text, limit);
    if cut.contains('\0') { cut.replace('\0', "\u{fffd}") } else { cut.to_owned() }
}

/// A JSON string without NUL.
pub(crate) fn json(text: &str, limit: usize) -> Value {
    Value::String(clean(text, limit))
}

/// A record key as rows hold it, to search for.
pub(crate) fn key(text: &str) -> Cow<'_, str> {
    if text.len() > KEY_LIMIT || text.contains('\0') {
        Cow::Owned(clean(text, KEY_LIMIT))
    } else {
        Cow::Borrowed(text)
    }
}
