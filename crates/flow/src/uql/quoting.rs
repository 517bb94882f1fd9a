//! Which names stand in a query as they are, and which in double quotes.

use std::fmt;

use sqlparser::keywords::ALL_KEYWORDS;

/// SQL keywords that mean nothing where UQL has a name, and that systems like to call their fields.
const HARMLESS: &[&str] = &[
    "active",
    "alert",
    "category",
    "changes",
    "class",
    "comment",
    "content",
    "data",
    "description",
    "domain",
    "environment",
    "event",
    "events",
    "file",
    "host",
    "id",
    "instance",
    "key",
    "label",
    "level",
    "location",
    "message",
    "name",
    "number",
    "object",
    "owner",
    "parent",
    "path",
    "priority",
    "project",
    "public",
    "role",
    "source",
    "state",
    "status",
    "summary",
    "system",
    "tag",
    "tags",
    "task",
    "text",
    "title",
    "type",
    "uid",
    "url",
    "user",
    "users",
    "value",
    "version",
];

/// Writes a name, quoted if it must be.
pub(super) fn write_name(f: &mut fmt::Formatter<'_>, name: &str) -> fmt::Result {
    if stands_plain(name) { f.write_str(name) } else { write!(f, "\"{}\"", name.replace('"', "\"\"")) }
}

fn stands_plain(name: &str) -> bool {
    let word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.chars().all(word)
        && (HARMLESS.contains(&name) || !is_keyword(name))
}

fn is_keyword(name: &str) -> bool {
    ALL_KEYWORDS.binary_search(&name.to_ascii_uppercase().as_str()).is_ok()
}

#[cfg(test)]
pub(super) fn harmless() -> &'static [&'static str] {
    HARMLESS
}
