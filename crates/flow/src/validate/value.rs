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
