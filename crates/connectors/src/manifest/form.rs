//! Forms: what a tenant fills in.

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value, json};

/// One field of a form: a setting or a credential.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FormField {
    /// Its name in templates: `settings.project`, `credentials.api_key`.
    pub name: String,
    /// Its label.
    pub title: String,
    /// One sentence that helps to fill it in.
    #[serde(default)]
    pub description: String,
    /// What it holds.
    #[serde(default)]
    pub(crate) kind: FormKind,
    /// Whether the system cannot be used without it.
    #[serde(default)]
    pub required: bool,
    /// What it is when nothing is given.
    #[serde(default)]
    pub(crate) default: Option<Value>,
    /// The choices of a `choice`.
    #[serde(default)]
    pub(crate) choices: Vec<String>,
    /// For settings: whether its value is masked in captures. Credentials always are.
    #[serde(default)]
    pub(crate) sensitive: bool,
    /// For credentials: whether it may be shown, such as a user name.
    #[serde(default)]
    pub(crate) public: bool,
}

/// What a form field holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum FormKind {
    #[default]
    Text,
    Number,
    Boolean,
    Choice,
}

impl FormField {
    /// The field as a JSON Schema.
    fn schema(&self, secret: bool) -> Value {
        let kind = match self.kind {
            FormKind::Text | FormKind::Choice => "string",
            FormKind::Number => "number",
            FormKind::Boolean => "boolean",
        };
        let mut schema = json!({"type": kind, "title": self.title});
        let mut set = |name: &str, value: Value| schema[name] = value;
        if !self.description.is_empty() {
            set("description", json!(self.description));
        }
        if let Some(default) = &self.default {
            set("default", default.clone());
        }
        if !self.choices.is_empty() {
            set("enum", json!(self.choices));
        }
        if secret {
            set("writeOnly", json!(true));
            set("format", json!("password"));
        }
        schema
    }

    /// Whether a value has the right type.
    pub(crate) fn accepts(&self, value: &Value) -> bool {
        match (self.kind, value) {
            (FormKind::Text, Value::String(_))
            | (FormKind::Number, Value::Number(_))
            | (FormKind::Boolean, Value::Bool(_)) => true,
            (FormKind::Choice, Value::String(choice)) => self.choices.contains(choice),
            _ => false,
        }
    }
}

/// The JSON Schema of a form.
pub(super) fn form_schema<'a>(fields: impl Iterator<Item = &'a FormField>, secret: bool) -> Value {
    let mut properties = Map::new();
    let mut required = Vec::new();
    for field in fields {
        if field.required && field.default.is_none() {
            required.push(json!(field.name));
        }
        properties.entry(field.name.clone()).or_insert_with(|| field.schema(secret && !field.public));
    }
    json!({"type": "object", "properties": properties, "required": required, "additionalProperties": false})
}
