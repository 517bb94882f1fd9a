//! JSON.

use minijinja::value::Kwargs;
use minijinja::{Environment, Error, State, Value};

use super::super::convert::{from_json, to_json};
use super::{defined, refuse};

pub(super) const NAMES: &[&str] = &["to_json", "from_json"];

pub(super) fn install(environment: &mut Environment<'static>) {
    environment.add_filter("to_json", write);
    environment.add_filter("from_json", read);
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
