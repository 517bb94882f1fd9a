//! The pages for people: one overview of both partners, and one page per record.

use std::fmt::Write as _;

use serde_json::{Map, Value};

/// The overview, which asks the control API for everything it shows.
pub(super) const OVERVIEW: &str = include_str!("overview.html");

const STYLE: &str = "<style>:root{color-scheme:light dark}body{font:16px/1.5 system-ui;max-width:60rem;margin:2rem auto;padding:0 1rem}\
dl{display:grid;grid-template-columns:max-content 1fr;gap:.25rem 1.5rem}dt{opacity:.65}dd{margin:0;white-space:pre-wrap}\
blockquote{margin:1rem 0;padding-left:1rem;border-left:3px solid #8888}</style>";

/// A page with a title.
pub(super) fn document(title: &str, body: &str) -> String {
    let title = escaped(title);
    format!(
        "<!doctype html><meta charset=utf-8><meta name=viewport content='width=device-width'><title>{title}</title>{STYLE}\
         <p><a href=/>Playground</a></p><h1>{title}</h1>{body}"
    )
}

/// The fields of a record, as a list.
pub(super) fn rows(fields: &Map<String, Value>) -> String {
    let mut list = String::from("<dl>");
    for (name, value) in fields {
        let shown = match value {
            Value::String(text) => text.clone(),
            Value::Null => "–".to_owned(),
            other => serde_json::to_string_pretty(other).unwrap_or_default(),
        };
        let _ = write!(list, "<dt>{}</dt><dd>{}</dd>", escaped(name), escaped(&shown));
    }
    list + "</dl>"
}

/// Text that is safe inside HTML.
pub(super) fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            other => safe.push(other),
        }
    }
    safe
}
