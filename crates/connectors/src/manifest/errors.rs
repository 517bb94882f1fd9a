//! How a system says what went wrong.

use std::borrow::Cow;
use std::collections::BTreeMap;

use regex::Regex;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer};
use throughline_domain::ErrorCode;

use crate::template::{Expression, Text};

/// The error table. Templates and conditions see `status`, `body`, `text` (the body as text), `headers`, `operation` (`test`, `discover`,
/// `read`, `get`, `create`, `update`, `token`), `fields` (what was sent) and `settings`.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ErrorTable {
    /// What the system says about it.
    #[serde(default)]
    pub(crate) message: Option<Text>,
    /// Which fields it names.
    #[serde(default)]
    pub(crate) fields: Option<FieldErrors>,
    /// The first one whose condition holds decides; the status decides when none does.
    #[serde(default)]
    pub(crate) rules: Vec<ErrorRule>,
}

/// One kind of error. Its condition is looked at for answers of 400 and above, or of any status if it says so.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ErrorRule {
    pub(crate) when: Expression,
    /// Also for answers of 200 to 299: systems that report errors with success.
    #[serde(default)]
    pub(crate) any_status: bool,
    /// What kind of error it is.
    #[serde(default, deserialize_with = "error_code")]
    #[schemars(schema_with = "error_code_schema")]
    pub(crate) code: Option<ErrorCode>,
    /// In place of a code: it is no error, because what was asked for is so already.
    #[serde(default)]
    pub(crate) accept: bool,
    /// The field that it is about, where the answer does not name it in a list.
    #[serde(default)]
    pub(crate) field: Option<Text>,
    /// What to tell the tenant; what the system says, when absent.
    #[serde(default)]
    pub(crate) message: Option<Text>,
}

/// How a system names the fields that it refuses.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct FieldErrors {
    /// The list in the answer (a selector); each member of it is an `item`.
    pub(crate) each: String,
    /// The field's name in an `item`.
    #[serde(default)]
    pub(crate) field: Option<Text>,
    /// For items that are sentences: a regular expression whose group `field` is the field's name.
    #[serde(default, deserialize_with = "pattern")]
    #[schemars(with = "Option<String>")]
    pub(crate) pattern: Option<Regex>,
    /// Field paths by the names that the system uses. Labels of the schema are known without saying so.
    #[serde(default)]
    pub(crate) names: BTreeMap<String, String>,
    /// Whether the `item` says that a required field is missing.
    #[serde(default)]
    pub(crate) required: Option<Expression>,
}

fn error_code<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<ErrorCode>, D::Error> {
    String::deserialize(deserializer)?.parse().map(Some).map_err(serde::de::Error::custom)
}

fn pattern<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Regex>, D::Error> {
    let source = Option::<String>::deserialize(deserializer)?;
    source.map(|source| Regex::new(&source)).transpose().map_err(serde::de::Error::custom)
}

fn error_code_schema(_: &mut SchemaGenerator) -> Schema {
    let words: Vec<Cow<'_, str>> = ErrorCode::ALL.iter().map(|code| code.as_str().into()).collect();
    json_schema!({"type": "string", "enum": words})
}
