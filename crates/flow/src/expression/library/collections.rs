//! Lists, objects, and values that may not be there.

use minijinja::{Environment, Error, State, Value};

use super::{defined, is_empty, refuse};

pub(super) const NAMES: &[&str] = &["compact", "default", "flatten", "pick", "omit"];

pub(super) fn install(environment: &mut Environment<'static>) {
    environment.add_filter("default", default);
    environment.add_filter("compact", compact);
    environment.add_filter("flatten", flatten);
    environment.add_filter("pick", pick);
    environment.add_filter("omit", omit);
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
    if defined(object)?.kind() != minijinja::value::ValueKind::Map {
        return Err(refuse(format!("expected an object, found {}", object.kind())));
    }
    let mut pairs = Vec::new();
    for key in object.try_iter()?.filter(|key| key.as_str().is_some_and(&keep)) {
        let value = object.get_item(&key)?;
        pairs.push((key, value));
    }
    Ok(Value::from_pairs(pairs))
}
