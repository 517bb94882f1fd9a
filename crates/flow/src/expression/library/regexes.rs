//! Regular expressions: linear in the length of the text, whatever the pattern.

use std::borrow::Cow;

use minijinja::{Environment, Error, State, Value};
use regex::Regex;

use super::refuse;
use crate::limits;
use crate::pattern;

pub(super) const NAMES: &[&str] =
    &["regex_match", "regex_find", "regex_find_all", "regex_replace", "regex_split"];

pub(super) fn install(environment: &mut Environment<'static>) {
    environment.add_filter("regex_match", is_match);
    environment.add_filter("regex_find", find);
    environment.add_filter("regex_find_all", find_all);
    environment.add_filter("regex_replace", replace);
    environment.add_filter("regex_split", split);
}

/// The compiled pattern, after its work on the text was paid for.
fn prepared(state: &State, text: &str, pattern: &str) -> Result<Regex, Error> {
    state.consume_fuel(10 + text.len() as u64 / 8)?;
    pattern::compiled(pattern).map_err(refuse)
}

fn is_match(state: &State, text: Cow<'_, str>, pattern: &str) -> Result<bool, Error> {
    Ok(prepared(state, &text, pattern)?.is_match(&text))
}

/// The first match, or one group of it; null when there is none.
fn find(state: &State, text: Cow<'_, str>, pattern: &str, group: Option<usize>) -> Result<Value, Error> {
    let captures = prepared(state, &text, pattern)?.captures(&text);
    let found = captures.as_ref().and_then(|captures| captures.get(group.unwrap_or(0)));
    Ok(found.map_or(Value::from(()), |found| Value::from(found.as_str())))
}

fn find_all(state: &State, text: Cow<'_, str>, pattern: &str) -> Result<Value, Error> {
    let found: Vec<_> =
        prepared(state, &text, pattern)?.find_iter(&text).map(|found| Value::from(found.as_str())).collect();
    Ok(Value::from(found))
}

/// Every match replaced; `$1` and `${name}` stand for groups.
fn replace(state: &State, text: Cow<'_, str>, pattern: &str, replacement: &str) -> Result<String, Error> {
    let regex = prepared(state, &text, pattern)?;
    let mut replaced = String::with_capacity(text.len());
    let mut end = 0;
    for captures in regex.captures_iter(&text) {
        let Some(whole) = captures.get(0) else { continue };
        replaced.push_str(&text[end..whole.start()]);
        captures.expand(replacement, &mut replaced);
        end = whole.end();
        if replaced.len() > limits::OUTPUT_BYTES {
            return Err(Error::from(minijinja::ErrorKind::OutOfFuel));
        }
    }
    replaced.push_str(&text[end..]);
    Ok(replaced)
}

fn split(state: &State, text: Cow<'_, str>, pattern: &str) -> Result<Value, Error> {
    let parts: Vec<_> = prepared(state, &text, pattern)?.split(&text).map(Value::from).collect();
    Ok(Value::from(parts))
}
