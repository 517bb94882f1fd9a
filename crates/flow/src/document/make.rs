//! What makes the value of a target field: one kind of rule each, the key that is present says which.

use serde::Serialize;
use serde_json::Value;

use super::kinds::{Conditional, DateRule, ListRule, RichTextRule, ValueMap, read_conditional, read_list};
use crate::fault::{Faults, codes};
use crate::limits;
use crate::path::FieldPath;
use crate::read::{Node, Object, Read, deserialize_by_reading};

/// What makes a value. The key that is present says which.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Make {
    /// A source field as it is.
    Copy {
        /// The field, or `vars.<name>`.
        copy: FieldPath,
        /// Taken when the field is missing or null.
        #[serde(skip_serializing_if = "Option::is_none")]
        default: Option<Value>,
    },
    /// Always the same.
    Constant {
        /// The value.
        constant: Value,
    },
    /// Text with `{{ … }}` in it; gives text.
    Template {
        /// The text.
        template: String,
    },
    /// An expression; gives a value of any type.
    Expression {
        /// The expression.
        expression: String,
    },
    /// One value for another.
    ValueMap {
        /// The table.
        value_map: ValueMap,
    },
    /// The first case whose condition holds.
    Conditional {
        /// The cases.
        conditional: Conditional,
    },
    /// A date in another zone or notation.
    Date {
        /// From what to what.
        date: DateRule,
    },
    /// A rich text in another notation.
    RichText {
        /// From what to what.
        rich_text: RichTextRule,
    },
    /// A list from a list, item by item.
    List {
        /// From what, and what becomes of each item.
        list: ListRule,
    },
}

impl Make {
    /// The word for the kind of rule, as it stands in the document and in traces.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Copy { .. } => "copy",
            Self::Constant { .. } => "constant",
            Self::Template { .. } => "template",
            Self::Expression { .. } => "expression",
            Self::ValueMap { .. } => "value_map",
            Self::Conditional { .. } => "conditional",
            Self::Date { .. } => "date",
            Self::RichText { .. } => "rich_text",
            Self::List { .. } => "list",
        }
    }

    /// Every key that selects a kind.
    pub const KINDS: [&'static str; 9] = [
        "copy",
        "constant",
        "template",
        "expression",
        "value_map",
        "conditional",
        "date",
        "rich_text",
        "list",
    ];
}

/// The text of a template or expression.
pub(super) struct Source(pub(super) String);

impl Read for Source {
    fn read(node: &Node<'_>, faults: &mut Faults) -> Option<Self> {
        let Value::String(text) = node.value else { return node.expected(faults, "a string") };
        if text.len() > limits::TEMPLATE_BYTES {
            node.fault(
                faults,
                codes::TOO_LONG,
                format!("at most {} bytes are allowed", limits::TEMPLATE_BYTES),
            );
            return None;
        }
        Some(Self(text.clone()))
    }
}

impl Read for Make {
    fn read(node: &Node<'_>, faults: &mut Faults) -> Option<Self> {
        read_whole_make(node, 0, faults)
    }
}

pub(super) fn read_whole_make(node: &Node<'_>, depth: usize, faults: &mut Faults) -> Option<Make> {
    let mut object = node.object(faults)?;
    let make = read_make(&mut object, depth, faults);
    object.finish(faults);
    make
}

pub(super) fn read_make(object: &mut Object<'_, '_>, depth: usize, faults: &mut Faults) -> Option<Make> {
    let present: Vec<_> = Make::KINDS.into_iter().filter(|kind| object.has(kind)).collect();
    let [kind] = present[..] else {
        for kind in present {
            object.raw(kind);
        }
        let message = format!("a rule has exactly one of {}", Make::KINDS.join(", "));
        object.node().fault(faults, codes::WRONG_COMBINATION, message);
        return None;
    };
    match kind {
        "copy" => {
            let default = object.raw("default").map(|node| node.value.clone());
            object.required("copy", faults).map(|copy| Make::Copy { copy, default })
        }
        "constant" => object.required("constant", faults).map(|constant| Make::Constant { constant }),
        "template" => object.required("template", faults).map(|Source(template)| Make::Template { template }),
        "expression" => {
            object.required("expression", faults).map(|Source(expression)| Make::Expression { expression })
        }
        "value_map" => object.required("value_map", faults).map(|value_map| Make::ValueMap { value_map }),
        "date" => object.required("date", faults).map(|date| Make::Date { date }),
        "rich_text" => object.required("rich_text", faults).map(|rich_text| Make::RichText { rich_text }),
        "list" => object
            .raw("list")
            .and_then(|node| read_list(&node, depth + 1, faults))
            .map(|list| Make::List { list }),
        _ => object
            .raw("conditional")
            .and_then(|node| read_conditional(&node, depth + 1, faults))
            .map(|conditional| Make::Conditional { conditional }),
    }
}

deserialize_by_reading!(Make);
