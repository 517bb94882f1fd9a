//! Entities: kinds of records.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;
use throughline_flow::{EntitySchema, EnumValue, FieldKind, FieldSchema};

use super::listen::Listen;
use super::read::Read;
use super::request::RequestTemplate;
use crate::template::{Expression, Template, Text};

/// A kind of record.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Entity {
    /// Its name for people.
    pub label: String,
    /// The record's key; templates see the system's own record as `raw`.
    pub(crate) key: Text,
    /// The record's version: a time (`| timestamp`), or anything that changes with the record.
    #[serde(default)]
    pub(crate) version: Option<Text>,
    /// The field that tells when a record was last changed.
    #[serde(default)]
    pub(crate) changed_at: Option<String>,
    /// The record's page, for people.
    #[serde(default)]
    pub(crate) url: Option<Text>,
    /// Fields that are made from `raw` and laid over it.
    #[serde(default)]
    pub(crate) shape: Option<Template>,
    /// The fields that every instance has.
    #[serde(default)]
    pub(crate) fields: Vec<Field>,
    /// Requests that find further fields and values in an instance.
    #[serde(default)]
    pub(crate) discovery: Vec<Discovery>,
    /// How records are queried.
    #[serde(default)]
    pub(crate) read: Option<Read>,
    /// How one record is read; templates see `key`.
    #[serde(default)]
    pub(crate) get: Option<OneRecord>,
    /// How a record is made; templates see `fields`.
    #[serde(default)]
    pub(crate) create: Option<Write>,
    /// How a record is changed; templates see `key` and `fields`.
    #[serde(default)]
    pub(crate) update: Option<Write>,
    /// How pushed records are understood.
    #[serde(default)]
    pub(crate) listen: Option<Listen>,
}

impl Entity {
    /// Whether it can be queried.
    pub const fn readable(&self) -> bool {
        self.read.is_some()
    }

    /// Whether records can be made or changed.
    pub const fn writable(&self) -> bool {
        self.create.is_some() || self.update.is_some()
    }

    /// Whether it can be pushed to us.
    pub const fn listens(&self) -> bool {
        self.listen.is_some()
    }

    /// How to point the system at an action's hook.
    pub fn instructions(&self) -> Option<&str> {
        self.listen.as_ref().map(|listen| listen.instructions.as_str())
    }

    /// The static schema.
    pub fn schema(&self, name: &str) -> EntitySchema {
        let fields = self.fields.iter().map(FieldSchema::from).collect();
        EntitySchema { entity: name.to_owned(), label: self.label.clone(), fields }
    }
}

/// A field that every instance has.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Field {
    pub(crate) path: String,
    pub(crate) label: String,
    #[serde(default = "text")]
    #[schemars(schema_with = "field_kind_schema")]
    pub(crate) kind: FieldKind,
    #[serde(default)]
    pub(crate) required: bool,
    #[serde(default)]
    pub(crate) read_only: bool,
    #[serde(default)]
    pub(crate) values: Vec<FieldValue>,
    /// Another field, filled in when a record is read: the label of this field's value.
    #[serde(default)]
    pub(crate) label_in: Option<String>,
}

/// A value of an enum.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct FieldValue {
    pub(crate) value: serde_json::Value,
    pub(crate) label: String,
}

impl From<&Field> for FieldSchema {
    fn from(field: &Field) -> Self {
        let value = |value: &FieldValue| EnumValue { value: value.value.clone(), label: value.label.clone() };
        Self {
            path: field.path.clone(),
            label: field.label.clone(),
            kind: field.kind,
            required: field.required,
            read_only: field.read_only,
            values: field.values.iter().map(value).collect(),
            custom: false,
        }
    }
}

/// A request that finds fields, or the values of one.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Discovery {
    pub(crate) request: RequestTemplate,
    /// The list in the answer.
    #[serde(default)]
    pub(crate) select: Option<Text>,
    /// Asked for each item of the list (`item`); what it selects, or each of them if that is a list, takes the item's place.
    #[serde(default)]
    pub(crate) each: Option<OneRecord>,
    /// Go on without it when the system refuses: it needs rights that not every account has.
    #[serde(default)]
    pub(crate) optional: bool,
    /// What each item of the list (`item`) is.
    pub(crate) found: Found,
}

/// What discovery finds.
#[allow(clippy::large_enum_variant, reason = "few exist, all of them in a catalogue")]
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Found {
    /// Each item is a field.
    Fields(Box<DiscoveredField>),
    /// Each item is a value of a field.
    Values(Box<DiscoveredValues>),
}

/// An item that is a field.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DiscoveredField {
    /// Leaves out the items for which it does not hold.
    #[serde(default)]
    pub(crate) when: Option<Expression>,
    pub(crate) path: Text,
    pub(crate) label: Text,
    /// A kind of field; what is no kind counts as `text`.
    pub(crate) kind: Text,
    #[serde(default)]
    pub(crate) required: Option<Expression>,
    #[serde(default)]
    pub(crate) read_only: Option<Expression>,
    #[serde(default)]
    pub(crate) custom: Option<Expression>,
    /// A list of `{value, label}`, or of values that need no label.
    #[serde(default)]
    pub(crate) values: Option<Expression>,
}

/// An item that is a value.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DiscoveredValues {
    /// The field, as `fields` names it.
    pub(crate) of: String,
    pub(crate) value: Template,
    pub(crate) label: Text,
}

/// A request that answers with one record.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OneRecord {
    pub(crate) request: RequestTemplate,
    /// The record in the answer.
    #[serde(default)]
    pub(crate) select: Option<Text>,
}

/// A request that writes a record.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Write {
    pub(crate) request: RequestTemplate,
    /// The record in the answer.
    #[serde(default)]
    pub(crate) select: Option<Text>,
    /// The key in the answer, if it answers without the record; templates see `body` and `headers`.
    #[serde(default)]
    pub(crate) key: Option<Text>,
    /// Read the record afterwards, because the answer does not show it.
    #[serde(default)]
    pub(crate) read_back: bool,
    /// For updates: fields that the system may leave as they are without saying so. They are compared afterwards.
    #[serde(default)]
    pub(crate) confirm: Vec<String>,
    /// For updates: requests that follow, in this order, for what the system takes apart from the record, such as comments. When
    /// one of them fails the update has failed, and all of it is sent again later: what must not be done twice comes last.
    #[serde(default)]
    pub(crate) then: Vec<Further>,
}

/// A request that follows an update.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Further {
    /// Sent only if this holds.
    #[serde(default)]
    pub(crate) when: Option<Expression>,
    pub(crate) request: RequestTemplate,
}

const fn text() -> FieldKind {
    FieldKind::Text
}

fn field_kind_schema(_: &mut SchemaGenerator) -> Schema {
    let words: Vec<Cow<'_, str>> = FieldKind::ALL.iter().map(|kind| kind.as_str().into()).collect();
    json_schema!({"type": "string", "enum": words})
}
