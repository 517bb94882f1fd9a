//! The filters of the expression language. Each is documented in `docs/expressions.md` with examples, and a test runs
//! every example and fails for a filter that has none.

mod collections;
mod dates;
mod digests;
mod json;
mod markups;
mod masks;
mod numbers;
mod regexes;
mod texts;

use std::collections::BTreeSet;

use minijinja::{Environment, Error, ErrorKind, Value};

use super::inspect::Vocabulary;

/// Filters of minijinja that we keep as they are.
const KEPT: &[&str] = &[
    "abs",
    "attr",
    "batch",
    "capitalize",
    "dictsort",
    "first",
    "float",
    "format",
    "groupby",
    "int",
    "items",
    "join",
    "last",
    "length",
    "lines",
    "list",
    "lower",
    "map",
    "max",
    "min",
    "reject",
    "rejectattr",
    "replace",
    "reverse",
    "round",
    "select",
    "selectattr",
    "slice",
    "sort",
    "split",
    "string",
    "sum",
    "title",
    "trim",
    "unique",
    "upper",
];

/// Filters of minijinja that we leave out: markers for HTML, debugging, second names.
const LEFT_OUT: &[&str] = &[
    "safe",
    "e",
    "count",
    "d",
    "chain",
    "zip",
    "pprint",
    "tojson",
    "default",
    "escape",
    "bool",
    "indent",
    "urlencode",
];

const TESTS: &[&str] = &[
    "defined",
    "undefined",
    "none",
    "boolean",
    "true",
    "false",
    "number",
    "integer",
    "int",
    "float",
    "odd",
    "even",
    "divisibleby",
    "string",
    "sequence",
    "iterable",
    "mapping",
    "startingwith",
    "endingwith",
    "lower",
    "upper",
    "in",
    "eq",
    "equalto",
    "==",
    "ne",
    "!=",
    "lt",
    "lessthan",
    "<",
    "le",
    "<=",
    "gt",
    "greaterthan",
    ">",
    "ge",
    ">=",
    "empty",
];

const FUNCTIONS: &[&str] = &["range", "dict", "namespace"];

/// Our own filters, by module.
const OWN: &[&[&str]] = &[
    collections::NAMES,
    dates::NAMES,
    digests::NAMES,
    json::NAMES,
    markups::NAMES,
    masks::NAMES,
    numbers::NAMES,
    regexes::NAMES,
    texts::NAMES,
];

/// Puts the library into an environment.
pub(super) fn install(environment: &mut Environment<'static>) {
    LEFT_OUT.iter().for_each(|name| environment.remove_filter(name));
    environment.remove_test("safe");
    environment.remove_test("escaped");
    environment.remove_test("filter");
    environment.remove_test("test");
    environment.remove_test("sameas");
    environment.add_test("empty", is_empty);
    collections::install(environment);
    dates::install(environment);
    digests::install(environment);
    json::install(environment);
    markups::install(environment);
    masks::install(environment);
    numbers::install(environment);
    regexes::install(environment);
    texts::install(environment);
}

/// Every name that the language knows.
pub(super) fn vocabulary() -> Vocabulary {
    let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<BTreeSet<_>>();
    let mut filters = owned(KEPT);
    OWN.iter().for_each(|names| filters.extend(owned(names)));
    Vocabulary { filters, tests: owned(TESTS), functions: owned(FUNCTIONS) }
}

/// Missing, null, or without any content.
fn is_empty(value: &Value) -> bool {
    value.is_undefined() || value.is_none() || value.len() == Some(0)
}

/// An argument that does not fit.
fn refuse(message: impl Into<std::borrow::Cow<'static, str>>) -> Error {
    Error::new(ErrorKind::InvalidOperation, message)
}

/// The error of an undefined input, which minijinja leaves to filters that take any value.
fn defined(value: &Value) -> Result<&Value, Error> {
    if value.is_undefined() { Err(Error::from(ErrorKind::UndefinedError)) } else { Ok(value) }
}

#[cfg(test)]
mod tests;
