//! Values of enums: ids on the wire, labels for people, both understood.

use std::borrow::Cow;

use serde_json::{Map, Value};
use throughline_flow::{EntitySchema, FieldKind, FieldSchema};

use super::Connection;
use crate::manifest::Entity;
use crate::recorder::Recorder;

impl Connection {
    /// The fields with labels replaced by the values that they stand for. Asks the system once when a label is not known yet.
    pub(super) async fn with_ids(
        &self,
        name: &str,
        entity: &Entity,
        fields: &Map<String, Value>,
        rec: &Recorder,
    ) -> Map<String, Value> {
        let unknown = |schema: &EntitySchema| {
            fields
                .iter()
                .any(|(path, value)| field(schema, path).is_some_and(|field| is_unknown_label(field, value)))
        };
        let asks = !entity.discovery.is_empty() && !self.is_discovered(name);
        if asks && self.known_schema(name).is_some_and(|schema| unknown(&schema)) {
            // When it cannot be asked, the value goes out as it is, and the system judges it.
            let _ = self.discover(name, rec).await;
        }
        let Some(schema) = self.known_schema(name) else { return fields.clone() };
        let translate =
            |(path, value): (&String, &Value)| (path.clone(), id_of(&schema, path, value).into_owned());
        fields.iter().map(translate).collect()
    }

    /// Fills in the fields that show labels.
    pub(super) fn add_labels(&self, name: &str, entity: &Entity, fields: &mut Map<String, Value>) {
        let labelled: Vec<_> =
            entity.fields.iter().filter_map(|field| Some((&field.path, field.label_in.as_ref()?))).collect();
        let Some(schema) = (!labelled.is_empty()).then(|| self.known_schema(name)).flatten() else { return };
        for (path, label_in) in labelled {
            let value = fields.get(path).cloned().unwrap_or_default();
            let values = field(&schema, path).map(|field| field.values.as_slice()).unwrap_or_default();
            let label = values
                .iter()
                .find(|known| known.value == value)
                .map(|known| Value::from(known.label.as_str()));
            fields.insert(label_in.clone(), label.unwrap_or_default());
        }
    }
}

/// The value that a label stands for; the value itself when it is one, or is not known. Lists item by item.
pub(super) fn id_of<'a>(schema: &EntitySchema, path: &str, value: &'a Value) -> Cow<'a, Value> {
    match (field(schema, path), value) {
        (Some(field), Value::Array(items)) => {
            Cow::Owned(Value::Array(items.iter().map(|item| one_id(field, item).clone()).collect()))
        }
        (Some(field), Value::String(_)) => Cow::Owned(one_id(field, value).clone()),
        _ => Cow::Borrowed(value),
    }
}

fn one_id<'a>(field: &'a FieldSchema, value: &'a Value) -> &'a Value {
    if field.values.iter().any(|known| known.value == *value) {
        return value;
    }
    let Some(text) = value.as_str() else { return value };
    let same = |known: &str| known.eq_ignore_ascii_case(text);
    let found = field.values.iter().find(|known| same(&known.label) || text_of(&known.value) == text);
    found.map_or(value, |known| &known.value)
}

fn is_unknown_label(field: &FieldSchema, value: &Value) -> bool {
    let is_text = value.as_str().is_some_and(|text| text.parse::<i64>().is_err());
    field.kind == FieldKind::Enum
        && is_text
        && std::ptr::eq(one_id(field, value), value)
        && !field.values.iter().any(|known| known.value == *value)
}

/// The text of a plain value: numbers and their texts are the same.
pub(super) fn text_of(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// The value for a person: with its label, if it has one.
pub(super) fn in_words(schema: Option<&EntitySchema>, path: &str, value: &Value) -> String {
    let values = schema.and_then(|schema| field(schema, path)).map(|field| field.values.as_slice());
    let known = values.unwrap_or_default().iter().find(|known| text_of(&known.value) == text_of(value));
    match known.map(|known| known.label.as_str()).filter(|label| !label.is_empty()) {
        Some(label) if label != text_of(value) => format!("{} ({label})", text_of(value)),
        _ => text_of(value),
    }
}

fn field<'a>(schema: &'a EntitySchema, path: &str) -> Option<&'a FieldSchema> {
    schema.fields.iter().find(|field| field.path == path)
}
