//! JSON ⇄ values of the expression language.

use minijinja::value::ValueKind;
use minijinja::{Error, ErrorKind, Value};
use serde_json::{Map, Number, Value as Json};

use crate::limits;

/// A JSON value for use in expressions.
pub fn from_json(json: &Json) -> Value {
    match json {
        Json::Null => Value::from(()),
        Json::Bool(bool) => Value::from(*bool),
        Json::Number(number) => from_number(number),
        Json::String(text) => Value::from(text.as_str()),
        Json::Array(items) => Value::from(items.iter().map(from_json).collect::<Vec<_>>()),
        Json::Object(map) => {
            Value::from_pairs(map.iter().map(|(key, value)| (Value::from(key.as_str()), from_json(value))))
        }
    }
}

fn from_number(number: &Number) -> Value {
    if let Some(number) = number.as_i64() {
        Value::from(number)
    } else if let Some(number) = number.as_u64() {
        Value::from(number)
    } else {
        Value::from(number.as_f64().unwrap_or(f64::NAN))
    }
}

/// The JSON value of a result: typed, bounded in depth and size; an undefined value, bytes, functions, and numbers that
/// JSON does not have are errors.
pub fn to_json(value: &Value) -> Result<Json, Error> {
    let mut budget = limits::OUTPUT_BYTES;
    convert(value, 0, &mut budget)
}

fn convert(value: &Value, depth: usize, budget: &mut usize) -> Result<Json, Error> {
    if depth > limits::VALUE_DEPTH {
        return Err(refuse("the result is nested too deeply"));
    }
    spend(budget, 8)?;
    match value.kind() {
        ValueKind::None => Ok(Json::Null),
        ValueKind::Bool => Ok(Json::Bool(value.is_true())),
        ValueKind::Number => number(value),
        ValueKind::String => {
            let text = value.as_str().unwrap_or_default();
            spend(budget, text.len())?;
            Ok(Json::String(text.to_owned()))
        }
        ValueKind::Seq | ValueKind::Iterable => value
            .try_iter()?
            .map(|item| convert(&item, depth + 1, budget))
            .collect::<Result<_, _>>()
            .map(Json::Array),
        ValueKind::Map => object(value, depth, budget),
        ValueKind::Undefined => {
            Err(Error::new(ErrorKind::UndefinedError, "the result has an undefined value in it"))
        }
        other => Err(refuse(format!("the result has a value in it that JSON does not have: {other}"))),
    }
}

fn object(value: &Value, depth: usize, budget: &mut usize) -> Result<Json, Error> {
    let mut map = Map::new();
    for key in value.try_iter()? {
        let name = key.as_str().map_or_else(|| key.to_string(), str::to_owned);
        spend(budget, name.len())?;
        map.insert(name, convert(&value.get_item(&key)?, depth + 1, budget)?);
    }
    Ok(Json::Object(map))
}

fn number(value: &Value) -> Result<Json, Error> {
    if value.is_integer() {
        let whole = value.as_i64().map(Number::from);
        let whole = whole.or_else(|| u64::try_from(value.clone()).ok().map(Number::from));
        return whole.map(Json::Number).ok_or_else(|| refuse("the result is a number beyond 64 bits"));
    }
    let float = f64::try_from(value.clone())?;
    Number::from_f64(float).map(Json::Number).ok_or_else(|| refuse("the result is not a finite number"))
}

fn spend(budget: &mut usize, bytes: usize) -> Result<(), Error> {
    *budget = budget.checked_sub(bytes).ok_or_else(|| {
        Error::new(ErrorKind::OutOfFuel, format!("the result is larger than {} bytes", limits::OUTPUT_BYTES))
    })?;
    Ok(())
}

fn refuse(message: impl Into<std::borrow::Cow<'static, str>>) -> Error {
    Error::new(ErrorKind::BadSerialization, message)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn any_json() -> impl Strategy<Value = Json> {
        let leaf = prop_oneof![
            Just(Json::Null),
            any::<bool>().prop_map(Json::from),
            any::<i64>().prop_map(Json::from),
            any::<u64>().prop_map(Json::from),
            (-1e15..1e15f64).prop_map(Json::from),
            ".{0,12}".prop_map(Json::from),
        ];
        leaf.prop_recursive(4, 32, 5, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..5).prop_map(Json::from),
                prop::collection::btree_map(".{0,6}", inner, 0..5)
                    .prop_map(|map| Json::Object(map.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn json_survives(json in any_json()) {
            prop_assert_eq!(to_json(&from_json(&json)).unwrap(), json);
        }
    }

    #[test]
    fn what_json_does_not_have_is_refused() {
        for value in [
            Value::from(f64::NAN),
            Value::from(f64::INFINITY),
            Value::UNDEFINED,
            Value::from_bytes(vec![1]),
            Value::from(i128::MAX),
        ] {
            assert!(to_json(&value).is_err(), "{value:?}");
        }
        assert_eq!(
            to_json(&Value::from(vec![Value::from(()), Value::from(2.5)])).unwrap(),
            json!([null, 2.5])
        );
    }
}
