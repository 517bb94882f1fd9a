//! The filters that manifests have beside those of minijinja.

use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeDelta, Utc};
use minijinja::value::{Serde, ValueKind};
use minijinja::{Environment, Error, ErrorKind, Value};
use serde_json::{Map, Value as Json, json};

use crate::selector::Selector;

pub(super) fn add_to(environment: &mut Environment<'static>) {
    environment.add_filter("timestamp", timestamp);
    environment.add_filter("time_format", time_format);
    environment.add_filter("add_seconds", add_seconds);
    environment.add_filter("quoted", quoted);
    environment.add_filter("at", at);
    environment.add_filter("path", path);
    environment.add_filter("unfold", unfold);
    environment.add_filter("fold", fold);
    environment.add_filter("prefixed", prefixed);
    environment.add_filter("without_prefix", without_prefix);
    environment.add_filter("without", without);
}

/// `'2026-11-22T09:26:34Z' | timestamp`: a time in UTC that sorts as text, to the microsecond; undefined when it is no time.
fn timestamp(value: &Value) -> Value {
    instant(value).map_or(Value::UNDEFINED, |time| Value::from(sortable(time)))
}

/// `value | time_format('%Y-%m-%d')`: a time in UTC, written the way the system wants it.
fn time_format(value: &Value, format: &str) -> Result<Value, Error> {
    use std::fmt::Write as _;
    let Some(time) = instant(value) else { return Ok(value.clone()) };
    let mut text = String::new();
    write!(text, "{}", time.format(format)).map_err(|_| fault(format!("`{format}` is no time format")))?;
    Ok(Value::from(text))
}

/// `value | add_seconds(-3600)`: a time in UTC, later or earlier by so much; what is no time stays as it is.
fn add_seconds(value: &Value, seconds: i64) -> Value {
    let moved = instant(value).and_then(|time| time.checked_add_signed(TimeDelta::try_seconds(seconds)?));
    moved.map_or_else(|| value.clone(), |time| Value::from(sortable(time)))
}

/// `value | quoted("'")`: a text literal of a query language, with backslashes before that quote and before backslashes.
fn quoted(value: &Value, quote: &str) -> String {
    let escaped = value.to_string().replace('\\', r"\\").replace(quote, &format!("\\{quote}"));
    format!("{quote}{escaped}{quote}")
}

/// `raw | at('labels.host')`, `raw | at('/labels/host')`: what a selector finds; undefined when it finds nothing.
fn at(value: &Value, selector: &str) -> Result<Value, Error> {
    let selector = selector.parse::<Selector>().map_err(|error| fault(error.to_string()))?;
    let document = json_of(value)?;
    Ok(selector.find(&document).map_or(Value::UNDEFINED, |found| Value::from(Serde(found))))
}

/// `settings.list_path | path`: goes into an address as it is, with its slashes.
fn path(value: &Value) -> Value {
    match value.kind() {
        ValueKind::Undefined | ValueKind::None => value.clone(),
        _ => Value::from_safe_string(value.to_string()),
    }
}

/// `raw.custom_fields | unfold('cf_')`: `[{"id": 1, "value": "x"}]` becomes `{"cf_1": "x"}`. `unfold('cf_', 'values')` reads lists:
/// one value stands for itself, none is null, several stay a list.
fn unfold(value: &Value, prefix: &str, member: Option<&str>) -> Result<Value, Error> {
    let Json::Array(items) = json_of(value)? else { return Ok(Value::UNDEFINED) };
    let name = |item: &Json| {
        item.get("id")
            .map(|id| format!("{prefix}{}", id.as_str().map_or_else(|| id.to_string(), str::to_owned)))
    };
    let held = |item: &Json| match (member, item.get(member.unwrap_or("value"))) {
        (Some(_), Some(Json::Array(values))) if values.len() < 2 => {
            values.first().cloned().unwrap_or_default()
        }
        (_, held) => held.cloned().unwrap_or_default(),
    };
    let members = items.iter().filter_map(|item| Some((name(item)?, held(item))));
    Ok(Value::from(Serde(members.collect::<Map<_, _>>())))
}

/// `fields | fold('cf_')`: `{"cf_1": "x", "subject": "y"}` becomes `[{"id": 1, "value": "x"}]`; undefined when empty.
fn fold(value: &Value, prefix: &str) -> Result<Value, Error> {
    let Json::Object(members) = json_of(value)? else { return Ok(Value::UNDEFINED) };
    let item = |(name, value): (&String, &Json)| {
        let id = name.strip_prefix(prefix)?;
        let id = id.parse::<u64>().map_or_else(|_| json!(id), |number| json!(number));
        Some(json!({"id": id, "value": value}))
    };
    let items: Vec<_> = members.iter().filter_map(item).collect();
    Ok(if items.is_empty() { Value::UNDEFINED } else { Value::from(Serde(items)) })
}

/// `fields | prefixed('cf_')`: `{"cf_1": "x", "subject": "y"}` becomes `{"1": "x"}`; undefined when empty.
fn prefixed(value: &Value, prefix: &str) -> Result<Value, Error> {
    let Json::Object(members) = json_of(value)? else { return Ok(Value::UNDEFINED) };
    let named = |(name, value): (String, Json)| Some((name.strip_prefix(prefix)?.to_owned(), value));
    let members: Map<_, _> = members.into_iter().filter_map(named).collect();
    Ok(if members.is_empty() { Value::UNDEFINED } else { Value::from(Serde(members)) })
}

/// `fields | without_prefix('cf_')`: the other members.
fn without_prefix(value: &Value, prefix: &str) -> Result<Value, Error> {
    keep(value, |name| !name.starts_with(prefix))
}

/// `fields | without(['notes'])`: the other members.
fn without(value: &Value, names: Vec<String>) -> Result<Value, Error> {
    keep(value, |name| !names.iter().any(|other| other == name))
}

fn keep(value: &Value, keeps: impl Fn(&str) -> bool) -> Result<Value, Error> {
    let Json::Object(mut members) = json_of(value)? else { return Ok(value.clone()) };
    members.retain(|name, _| keeps(name));
    Ok(Value::from(Serde(members)))
}

fn json_of(value: &Value) -> Result<Json, Error> {
    serde_json::to_value(value).map_err(|error| fault(error.to_string()))
}

fn fault(reason: String) -> Error {
    Error::new(ErrorKind::InvalidOperation, reason)
}

/// What `timestamp` makes of a value; `None` when it is no time.
pub(crate) fn time_of(value: &Json) -> Option<String> {
    instant(&Value::from(Serde(value.clone()))).map(sortable)
}

/// RFC 3339 in UTC with six digits: sorts as text.
fn sortable(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(chrono::SecondsFormat::Micros, true)
}

/// RFC 3339, `2026-11-22 09:26:34`, `2026-11-22`, seconds (with or without a fraction) or milliseconds since 1970.
fn instant(value: &Value) -> Option<DateTime<Utc>> {
    if value.kind() == ValueKind::Number {
        return since_1970(f64::try_from(value.clone()).ok()?);
    }
    let text = value.as_str()?.trim();
    let zoned = DateTime::parse_from_rfc3339(text).map(|time| time.to_utc()).ok();
    let plain = |format| NaiveDateTime::parse_from_str(text, format).map(|time| time.and_utc()).ok();
    let day = || {
        NaiveDate::parse_from_str(text, "%Y-%m-%d")
            .ok()
            .and_then(|day| day.and_hms_opt(0, 0, 0))
            .map(|time| time.and_utc())
    };
    zoned.or_else(|| plain("%Y-%m-%d %H:%M:%S%.f")).or_else(|| plain("%Y-%m-%dT%H:%M:%S%.f")).or_else(day)
}

/// Seconds, or milliseconds where seconds would be thousands of years away; to the microsecond.
fn since_1970(number: f64) -> Option<DateTime<Utc>> {
    let seconds = if number.abs() < 1e11 { number } else { number / 1e3 };
    #[allow(clippy::cast_possible_truncation, reason = "what does not fit is no time that chrono knows")]
    let micros = (seconds * 1e6).round() as i64;
    DateTime::from_timestamp_micros(micros)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::template::{Expression, Scope};

    fn eval(expression: &str) -> Option<serde_json::Value> {
        let scope = Scope::default().with(
            "f",
            &json!({
                "cf_1": "x", "cf_12": null, "subject": "s", "t": "2026-11-22T11:26:34+02:00", "d": {"a.b": 1},
                "list": [{"id": 1, "value": "x"}, {"id": "two"}],
                "many": [{"id": 1, "values": ["x"]}, {"id": "2", "values": []}, {"id": 3, "values": [1, 2]}], "said": r"it's \so"
            }),
        );
        Expression::compile(expression).unwrap().json(&scope).unwrap()
    }

    #[test]
    fn times_sort_as_text() {
        assert_eq!(eval("f.t | timestamp"), Some(json!("2026-11-22T09:26:34.000000Z")));
        assert_eq!(eval("1795339096 | timestamp"), Some(json!("2026-11-22T09:18:16.000000Z")));
        assert_eq!(eval("'2026-11-22' | timestamp"), Some(json!("2026-11-22T00:00:00.000000Z")));
        assert_eq!(eval("'soon' | timestamp"), None);
        assert_eq!(eval("1795339064.127778 | timestamp"), Some(json!("2026-11-22T09:17:44.127778Z")));
        assert_eq!(eval("1795339064127 | timestamp"), Some(json!("2026-11-22T09:17:44.127000Z")));
        assert_eq!(eval("f.t | time_format('%s%.6f')"), Some(json!("1795339594.000000")));
        assert_eq!(eval("f.t | add_seconds(-43200)"), Some(json!("2026-11-21T21:26:34.000000Z")));
        assert_eq!(eval("'soon' | add_seconds(1)"), Some(json!("soon")));
        assert_eq!(eval("f.t | time_format('%Y/%m/%d %H')"), Some(json!("2026/11/22 09")));
    }

    #[test]
    fn custom_fields_fold_and_unfold() {
        assert_eq!(eval("f.list | unfold('cf_')"), Some(json!({"cf_1": "x", "cf_two": null})));
        assert_eq!(
            eval("{'cf_1': 'x', 'cf_ab': 2, 'z': 3} | fold('cf_')"),
            Some(json!([{"id": 1, "value": "x"}, {"id": "ab", "value": 2}]))
        );
        assert_eq!(eval("{'z': 3} | fold('cf_')"), None);
        assert_eq!(
            eval("f.many | unfold('cf_', 'values')"),
            Some(json!({"cf_1": "x", "cf_2": null, "cf_3": [1, 2]}))
        );
        assert_eq!(eval("{'cf_1': 'x', 'z': 3} | prefixed('cf_')"), Some(json!({"1": "x"})));
        assert_eq!(eval("{'z': 3} | prefixed('cf_')"), None);
        assert_eq!(eval("{'z': 3, 'cf_1': 1} | without_prefix('cf_')"), Some(json!({"z": 3})));
        assert_eq!(eval("{'z': 3, 'y': 1} | without(['y'])"), Some(json!({"z": 3})));
    }

    #[test]
    fn literals_end_where_they_should() {
        assert_eq!(eval(r#"f.said | quoted("'")"#), Some(json!(r"'it\'s \\so'")));
        assert_eq!(eval(r#"['a"b', 3] | map('quoted', '"') | join(', ')"#), Some(json!(r#""a\"b", "3""#)));
    }

    #[test]
    fn selectors_look_inside() {
        assert_eq!(eval("f | at('list.1.id')"), Some(json!("two")));
        assert_eq!(eval("f | at('/d/a.b')"), Some(json!(1)));
        assert_eq!(eval("f | at('d.zzz')"), None);
    }
}
