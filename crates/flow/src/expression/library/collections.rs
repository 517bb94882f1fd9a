//! Lists, objects, and values that may not be there.

use std::collections::BTreeSet;

use minijinja::{Environment, Error, State, Value};

use super::{defined, is_empty, refuse};

pub(super) const NAMES: &[&str] = &[
    "compact",
    "default",
    "flatten",
    "pick",
    "omit",
    "merge",
    "keys",
    "values",
    "union",
    "intersect",
    "difference",
];

pub(super) fn install(environment: &mut Environment<'static>) {
    environment.add_filter("default", default);
    environment.add_filter("compact", compact);
    environment.add_filter("flatten", flatten);
    environment.add_filter("pick", pick);
    environment.add_filter("omit", omit);
    environment.add_filter("merge", merge);
    environment.add_filter("keys", |object: &Value| {
        pairs(object).map(|pairs| pairs.into_iter().map(|(key, _)| key).collect::<Vec<_>>())
    });
    environment.add_filter("values", |object: &Value| {
        pairs(object).map(|pairs| pairs.into_iter().map(|(_, value)| value).collect::<Vec<_>>())
    });
    environment.add_filter("union", union);
    environment.add_filter("intersect", |state: &State, list: &Value, other: Value| {
        common(state, list, &other, true)
    });
    environment.add_filter("difference", |state: &State, list: &Value, other: Value| {
        common(state, list, &other, false)
    });
}

/// The other value when this one is missing or null; with `true`, also when it is empty.
fn default(value: &Value, other: Value, also_empty: Option<bool>) -> Value {
    let replaced = value.is_undefined() || value.is_none() || (also_empty == Some(true) && is_empty(value));
    if replaced { other } else { value.clone() }
}

/// A list without what is null or empty.
fn compact(state: &State, list: &Value) -> Result<Value, Error> {
    let items: Vec<_> = defined(list)?.try_iter()?.filter(|item| !is_empty(item)).collect();
    state.consume_fuel(items.len() as u64)?;
    Ok(Value::from(items))
}

/// A list of lists as one list; one level.
fn flatten(state: &State, list: &Value) -> Result<Value, Error> {
    let mut flat = Vec::new();
    for item in defined(list)?.try_iter()? {
        match item.kind() {
            minijinja::value::ValueKind::Seq => flat.extend(item.try_iter()?),
            _ => flat.push(item),
        }
        state.consume_fuel(1)?;
    }
    state.consume_fuel(flat.len() as u64)?;
    Ok(Value::from(flat))
}

/// An object with only these keys.
fn pick(object: &Value, keys: Vec<String>) -> Result<Value, Error> {
    filtered(object, |key| keys.iter().any(|wanted| wanted == key))
}

/// An object without these keys.
fn omit(object: &Value, keys: Vec<String>) -> Result<Value, Error> {
    filtered(object, |key| !keys.iter().any(|unwanted| unwanted == key))
}

fn filtered(object: &Value, keep: impl Fn(&str) -> bool) -> Result<Value, Error> {
    let kept = pairs(object)?.into_iter().filter(|(key, _)| key.as_str().is_some_and(&keep));
    Ok(Value::from_pairs(kept))
}

/// The keys and values of an object.
fn pairs(object: &Value) -> Result<Vec<(Value, Value)>, Error> {
    if defined(object)?.kind() != minijinja::value::ValueKind::Map {
        return Err(refuse(format!("expected an object, found {}", object.kind())));
    }
    object.try_iter()?.map(|key| object.get_item(&key).map(|value| (key, value))).collect()
}

/// An object with the keys of another put over its own.
fn merge(object: &Value, other: &Value) -> Result<Value, Error> {
    Ok(Value::from_pairs(pairs(object)?.into_iter().chain(pairs(other)?)))
}

/// The items of both lists, each once.
fn union(state: &State, list: &Value, other: Value) -> Result<Value, Error> {
    let mut seen = BTreeSet::new();
    let both = defined(list)?.try_iter()?.chain(other.try_iter()?);
    let once: Vec<_> = both.filter(|item| seen.insert(item.clone())).collect();
    state.consume_fuel(once.len() as u64 * 4)?;
    Ok(Value::from(once))
}

/// The items of a list that are, or are not, in the other; each once.
fn common(state: &State, list: &Value, other: &Value, wanted: bool) -> Result<Value, Error> {
    let other: BTreeSet<Value> = defined(other)?.try_iter()?.collect();
    let mut seen = BTreeSet::new();
    let fits = |item: &Value| other.contains(item) == wanted && seen.insert(item.clone());
    let items: Vec<_> = defined(list)?.try_iter()?.filter(fits).collect();
    state.consume_fuel((items.len() + other.len()) as u64 * 4)?;
    Ok(Value::from(items))
}
