//! Masking: what a target need not see.

use std::borrow::Cow;

use minijinja::value::{Kwargs, ValueKind};
use minijinja::{Environment, Error, State, Value};

use super::{defined, refuse};
use crate::limits;
use crate::pattern;

pub(super) const NAMES: &[&str] = &["mask", "mask_emails", "mask_numbers", "mask_matches", "mask_keys"];

/// What stands for something masked whose length says nothing.
const STARS: &str = "***";

/// Something like an address of e-mail.
const EMAIL: &str = r"[\w.%+-]+@[\w-]+(?:\.[\w-]+)+";
/// Digits as cards and accounts have them: twelve to nineteen, perhaps in groups.
const NUMBER: &str = r"\b[0-9](?:[ -]?[0-9]){11,18}\b";

pub(super) fn install(environment: &mut Environment<'static>) {
    environment.add_filter("mask", mask);
    environment.add_filter("mask_emails", emails);
    environment.add_filter("mask_numbers", numbers);
    environment.add_filter("mask_matches", matches);
    environment.add_filter("mask_keys", keys);
}

/// Every character a `*`, but so many at the beginning (`first`) and at the end (`last`). A text that would be shown by
/// more than half is masked as a whole.
fn mask(text: Cow<'_, str>, options: Kwargs) -> Result<String, Error> {
    let first: usize = options.get::<Option<usize>>("first")?.unwrap_or_default();
    let last: usize = options.get::<Option<usize>>("last")?.unwrap_or_default();
    let with: Option<String> = options.get("with")?;
    options.assert_all_used()?;
    let mut with = with.as_deref().unwrap_or("*").chars();
    let (Some(with), None) = (with.next(), with.next()) else {
        return Err(refuse("mask with exactly one character"));
    };
    let length = text.chars().count();
    let shown = first.saturating_add(last);
    let shows = |place: usize| shown.saturating_mul(2) <= length && (place < first || place >= length - last);
    Ok(text.chars().enumerate().map(|(place, c)| if shows(place) { c } else { with }).collect())
}

/// Addresses of e-mail without their user: `a***@example.com`.
fn emails(state: &State, text: Cow<'_, str>) -> Result<String, Error> {
    masked(state, &text, EMAIL, |found, masked| {
        let (user, host) = found.split_at(found.find('@').unwrap_or_default());
        masked.extend(user.chars().take(1));
        masked.push_str(STARS);
        masked.push_str(host);
    })
}

/// Long numbers but for their last four digits.
fn numbers(state: &State, text: Cow<'_, str>) -> Result<String, Error> {
    masked(state, &text, NUMBER, |found, masked| {
        let digits = found.chars().filter(char::is_ascii_digit).count();
        let mut seen = 0;
        masked.extend(found.chars().map(|c| {
            seen += usize::from(c.is_ascii_digit());
            if c.is_ascii_digit() && seen + 4 <= digits { '*' } else { c }
        }));
    })
}

/// Every match of a pattern as `***`, or as another text.
fn matches(state: &State, text: Cow<'_, str>, pattern: &str, with: Option<&str>) -> Result<String, Error> {
    let with = with.unwrap_or(STARS);
    masked(state, &text, pattern, |_, masked| masked.push_str(with))
}

fn masked(
    state: &State,
    text: &str,
    pattern: &str,
    mask: impl Fn(&str, &mut String),
) -> Result<String, Error> {
    state.consume_fuel(10 + text.len() as u64 / 8)?;
    let regex = pattern::compiled(pattern).map_err(refuse)?;
    let mut masked = String::with_capacity(text.len());
    let mut end = 0;
    for found in regex.find_iter(text) {
        masked.push_str(&text[end..found.start()]);
        mask(found.as_str(), &mut masked);
        end = found.end();
        if masked.len() > limits::OUTPUT_BYTES {
            return Err(Error::from(minijinja::ErrorKind::OutOfFuel));
        }
    }
    masked.push_str(&text[end..]);
    Ok(masked)
}

/// An object, or a list of them, in which the values under these keys are `***`, however deep.
fn keys(state: &State, value: &Value, keys: Vec<String>) -> Result<Value, Error> {
    without(state, defined(value)?, &keys, 0)
}

fn without(state: &State, value: &Value, keys: &[String], depth: usize) -> Result<Value, Error> {
    if depth > limits::VALUE_DEPTH {
        return Err(refuse("the value is nested too deeply"));
    }
    state.consume_fuel(1)?;
    match value.kind() {
        ValueKind::Seq | ValueKind::Iterable => {
            let items = value.try_iter()?.map(|item| without(state, &item, keys, depth + 1));
            Ok(Value::from(items.collect::<Result<Vec<_>, _>>()?))
        }
        ValueKind::Map => {
            let mut pairs = Vec::new();
            for key in value.try_iter()? {
                let named = key
                    .as_str()
                    .is_some_and(|name| keys.iter().any(|known| known.eq_ignore_ascii_case(name)));
                let inner = value.get_item(&key)?;
                let inner = if named { Value::from(STARS) } else { without(state, &inner, keys, depth + 1)? };
                pairs.push((key, inner));
            }
            Ok(Value::from_pairs(pairs))
        }
        _ => Ok(value.clone()),
    }
}
