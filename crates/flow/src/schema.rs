//! Entities and fields of a system, as a manifest states or a discovery found them.

use serde::{Deserialize, Serialize};

use crate::path::FieldPath;
use crate::words::words;

/// A kind of record in a system.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EntitySchema {
    /// Its name in documents and UQL: `issue`.
    pub entity: String,
    /// Its name for people.
    #[serde(default)]
    pub label: String,
    /// Its fields, in the order in which a person should see them.
    #[serde(default)]
    pub fields: Vec<FieldSchema>,
}

/// One field of an entity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FieldSchema {
    /// Its field path, as text.
    pub path: String,
    /// Its name for people.
    #[serde(default)]
    pub label: String,
    /// What it holds.
    pub kind: FieldKind,
    /// Whether a create without it is refused.
    #[serde(default)]
    pub required: bool,
    /// Whether nobody can write it.
    #[serde(default)]
    pub read_only: bool,
    /// The values that an enum, or a list of them, may take; empty when unknown.
    #[serde(default)]
    pub values: Vec<EnumValue>,
    /// Whether the tenant's administrators added it to the system.
    #[serde(default)]
    pub custom: bool,
}

/// One value of an enum.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EnumValue {
    /// What is sent.
    pub value: serde_json::Value,
    /// What a person sees.
    #[serde(default)]
    pub label: String,
}

words! {
    /// What a field holds.
    FieldKind as "kind of field" {
        /// Text.
        Text = "text",
        /// A number, whole or not.
        Number = "number",
        /// True or false.
        Boolean = "boolean",
        /// An instant or a day.
        Date = "date",
        /// One of a closed set of values.
        Enum = "enum",
        /// Several values.
        List = "list",
        /// The key of another record.
        Reference = "reference",
        /// Fields of its own.
        Object = "object",
        /// Anything.
        Any = "any",
    }
}

impl EntitySchema {
    /// The field at a path: the one that says so, else the nearest one around it that can hold anything.
    pub fn field(&self, path: &FieldPath) -> Option<&FieldSchema> {
        let text = path.to_string();
        self.fields.iter().find(|field| field.path == text).or_else(|| self.holder(path))
    }

    fn holder(&self, path: &FieldPath) -> Option<&FieldSchema> {
        let holds = |field: &&FieldSchema| {
            matches!(field.kind, FieldKind::Object | FieldKind::Any | FieldKind::List | FieldKind::Reference)
                && field
                    .path
                    .parse::<FieldPath>()
                    .is_ok_and(|around| around != *path && around.contains(path))
        };
        self.fields.iter().filter(holds).max_by_key(|field| field.path.len())
    }

    /// Whether some field lies inside this path, so that the path is an object without saying so.
    pub(crate) fn has_inside(&self, path: &FieldPath) -> bool {
        let inside =
            |field: &FieldSchema| field.path.parse::<FieldPath>().is_ok_and(|field| path.contains(&field));
        self.fields.iter().any(inside)
    }
}
