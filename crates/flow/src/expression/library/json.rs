//! JSON.

use minijinja::value::{Kwargs, ValueKind};
use minijinja::{Environment, Error, State, Value};

use super::super::convert::{from_json, to_json};
use super::{defined, refuse};

pub(super) const NAMES: &[&str] = &["to_json", "from_json", "pointer"];

pub(super) fn install(environment: &mut Environment<'static>) {
    environment.add_filter("to_json", write);
    environment.add_filter("from_json", read);
    environment.add_filter("pointer", pointer);
}

fn write(state: &State, value: &Value, options: Kwargs) -> Result<String, Error> {
    let indent: Option<bool> = options.get("indent")?;
    options.assert_all_used()?;
    let json = to_json(defined(value)?)?;
    let text =
        if indent == Some(true) { serde_json::to_string_pretty(&json) } else { serde_json::to_string(&json) };
    let text = text.map_err(|error| refuse(error.to_string()))?;
    state.consume_fuel(text.len() as u64 / 16)?;
    Ok(text)
}

/// serde_json bounds the depth.
fn read(state: &State, text: &str) -> Result<Value, Error> {
    state.consume_fuel(text.len() as u64 / 4)?;
    let json: serde_json::Value =
        serde_json::from_str(text).map_err(|error| refuse(format!("not JSON: {error}")))?;
    Ok(from_json(&json))
}

/// The value at an RFC 6901 pointer; null when there is none.
fn pointer(value: &Value, pointer: &str) -> Result<Value, Error> {
    let Some(tokens) = pointer.strip_prefix('/') else {
        return if pointer.is_empty() {
            defined(value).cloned()
        } else {
            Err(refuse("a pointer begins with `/`"))
        };
    };
    let mut place = defined(value)?.clone();
    for token in tokens.split('/') {
        let name = token.replace("~1", "/").replace("~0", "~");
        let item = match place.kind() {
            ValueKind::Seq => name.parse::<usize>().ok().map(|index| place.get_item_by_index(index)),
            ValueKind::Map => Some(place.get_item(&Value::from(name))),
            _ => None,
        };
        match item.transpose()?.filter(|item| !item.is_undefined()) {
            Some(item) => place = item,
            None => return Ok(Value::from(())),
        }
    }
    Ok(place)
}
