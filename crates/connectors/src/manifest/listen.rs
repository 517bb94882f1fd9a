//! Listeners: how pushed records are understood.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::template::{Template, Text};

/// How a webhook's records are understood. Templates see `body`, `headers` (lower case) and, per record, `raw`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Listen {
    /// How to point the system at us.
    #[serde(default)]
    pub(crate) instructions: String,
    /// The record or the list of records in the body; the body itself when absent.
    #[serde(default)]
    pub(crate) select: Option<Text>,
    /// Which events are wanted; others carry no records.
    #[serde(default)]
    pub(crate) events: Option<Events>,
    /// In place of the entity's.
    #[serde(default)]
    pub(crate) key: Option<Text>,
    /// In place of the entity's.
    #[serde(default)]
    pub(crate) version: Option<Text>,
    /// In place of the entity's.
    #[serde(default)]
    pub(crate) url: Option<Text>,
    /// In place of the entity's.
    #[serde(default)]
    pub(crate) shape: Option<Template>,
    /// How the sender proves itself; asked for only when its secret is set.
    #[serde(default)]
    pub(crate) signature: Option<Signature>,
}

/// The kinds of events.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Events {
    /// The kind of one record's event.
    pub(crate) kind: Text,
    /// The kinds that carry a record.
    pub(crate) accept: Vec<String>,
}

/// How the sender proves itself. The secret is a template over `credentials` and `settings`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum Signature {
    /// A header with a value that only both sides know.
    SharedHeader {
        header: Text,
        secret: Text,
        #[serde(default)]
        prefix: String,
    },
    /// HMAC-SHA-256 of the body.
    HmacSha256 {
        header: Text,
        secret: Text,
        #[serde(default)]
        prefix: String,
        #[serde(default)]
        encoding: Encoding,
    },
}

/// How bytes are written in a header.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Encoding {
    #[default]
    Hex,
    Base64,
}
