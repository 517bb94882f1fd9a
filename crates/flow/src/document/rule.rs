//! Rules of a field map: for which field, for which writes, and what becomes of null and of what is empty.

use serde::Serialize;

use super::make::{Make, read_make};
use crate::fault::Faults;
use crate::path::FieldPath;
use crate::read::{Node, Read, deserialize_by_reading};
use crate::words::words;

/// One rule: a target field and what makes it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Rule {
    /// The target's field; a dotted path makes nested objects.
    pub target: FieldPath,
    /// What makes its value.
    #[serde(flatten)]
    pub make: Make,
    /// For which writes.
    #[serde(skip_serializing_if = "On::is_always")]
    pub on: On,
    /// Whether an update writes the field only when the target's is known to be empty.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub only_if_empty: bool,
    /// Whether the field is left out, instead of the record failing, when a source field is missing.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub optional: bool,
    /// What happens when the rule makes null.
    #[serde(skip_serializing_if = "IfNull::is_send")]
    pub if_null: IfNull,
    /// What happens when the rule makes an empty text, list or object.
    #[serde(skip_serializing_if = "IfEmpty::is_send")]
    pub if_empty: IfEmpty,
}

words! {
    /// For which writes a rule makes its field.
    On as "write for a rule" {
        /// For every write.
        Always = "always",
        /// Only when the record is created.
        Create = "create",
        /// Only when it is updated.
        Update = "update",
    }
}

words! {
    /// What happens when a rule makes null.
    IfNull as "way with null" {
        /// Null is sent.
        Send = "send",
        /// The field is left out.
        Omit = "omit",
        /// The record fails.
        Fail = "fail",
    }
}

words! {
    /// What happens when a rule makes an empty text, list or object.
    IfEmpty as "way with what is empty" {
        /// It is sent.
        Send = "send",
        /// Null is sent in its place.
        Null = "null",
        /// The field is left out.
        Omit = "omit",
        /// The record fails.
        Fail = "fail",
    }
}

impl IfNull {
    fn is_send(&self) -> bool {
        *self == Self::Send
    }
}

impl IfEmpty {
    fn is_send(&self) -> bool {
        *self == Self::Send
    }
}

impl Rule {
    /// Whether a create may write another value than an update: the rule is for one of them, or looks at the target.
    pub fn writes_differ(&self) -> bool {
        self.on != On::Always || self.only_if_empty
    }
}

impl On {
    fn is_always(&self) -> bool {
        *self == Self::Always
    }
}

impl Read for Rule {
    fn read(node: &Node<'_>, faults: &mut Faults) -> Option<Self> {
        let mut object = node.object(faults)?;
        let target = object.required("target", faults);
        let on = object.optional("on", faults);
        let only_if_empty = object.or_default("only_if_empty", faults);
        let optional = object.or_default("optional", faults);
        let if_null = object.optional("if_null", faults);
        let if_empty = object.optional("if_empty", faults);
        let make = read_make(&mut object, 0, faults);
        object.finish(faults);
        Some(Self {
            target: target?,
            make: make?,
            on: on?.unwrap_or(On::Always),
            only_if_empty: only_if_empty?,
            optional: optional?,
            if_null: if_null?.unwrap_or(IfNull::Send),
            if_empty: if_empty?.unwrap_or(IfEmpty::Send),
        })
    }
}

deserialize_by_reading!(Rule);
