//! Whether a value may stand in a field.

use serde_json::Value;

use crate::filter::same;
use crate::moment;
use crate::schema::{EnumValue, FieldKind, FieldSchema};

/// Whether a field can hold a value. Null fits every field.
pub(super) fn fits(value: &Value, field: &FieldSchema) -> bool {
    use FieldKind as K;
    match (field.kind, value) {
        (_, Value::Null) | (K::Any, _) => true,
        (K::Text, Value::String(_)) | (K::Number, Value::Number(_)) | (K::Boolean, Value::Bool(_)) => true,
        (K::Date, value) => moment::instant(value).is_some(),
        // A value map may give one item of a list.
        (K::Enum | K::List, Value::Array(items)) => {
            field.kind == K::List && items.iter().all(|item| listed(item, &field.values))
        }
        (K::Enum | K::List, Value::Object(_)) => field.values.is_empty(),
        (K::Enum | K::List, value) => listed(value, &field.values),
        (K::Reference, value) => !value.is_array() && !value.is_boolean(),
        (K::Object, Value::Object(_)) => true,
        (K::Text | K::Number | K::Boolean | K::Object, _) => false,
    }
}

/// Whether a field can be written with a value: with what it can hold, or with the label of one of its values, which
/// connectors understand.
pub(super) fn is_writable(value: &Value, field: &FieldSchema) -> bool {
    let has_values = matches!(field.kind, FieldKind::Enum | FieldKind::List);
    let known = |item: &Value| listed(item, &field.values) || is_label(item, &field.values);
    fits(value, field)
        || has_values
            && match value {
                Value::Array(items) => field.kind == FieldKind::List && items.iter().all(known),
                item => is_label(item, &field.values),
            }
}

fn is_label(value: &Value, values: &[EnumValue]) -> bool {
    let text = value.as_str().filter(|text| !text.is_empty());
    text.is_some_and(|text| values.iter().any(|known| known.label.eq_ignore_ascii_case(text)))
}

fn listed(value: &Value, values: &[EnumValue]) -> bool {
    values.is_empty() || values.iter().any(|known| same(&known.value, value))
}

/// What the field does take, for a message.
pub(super) fn hint(field: &FieldSchema) -> String {
    if field.values.is_empty() {
        return format!(": it is {}", field.kind);
    }
    let known = |known: &EnumValue| match known.label.as_str() {
        "" => known.value.to_string(),
        label => format!("{} ({label})", known.value),
    };
    let shown: Vec<_> = field.values.iter().take(12).map(known).collect();
    let more = if field.values.len() > shown.len() { ", …" } else { "" };
    format!("; it takes {}{more}", shown.join(", "))
}
