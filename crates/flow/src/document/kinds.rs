//! The kinds of rule that have more to say than one value.

use serde::Serialize;
use serde_json::{Map, Value};

use super::make::{Make, read_whole_make};
use crate::condition::Condition;
use crate::fault::{Faults, codes};
use crate::limits;
use crate::markup::Markup;
use crate::path::FieldPath;
use crate::read::{Node, Read, deserialize_by_reading};

/// A date in another zone or notation. Of a list, each item is one.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DateRule {
    /// The source field, or `vars.<name>`.
    pub from: FieldPath,
    /// The IANA zone in which a time without an offset is meant; UTC when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub zone: Option<String>,
    /// The IANA zone in which the target wants it; UTC when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to_zone: Option<String>,
    /// `instant` (RFC 3339, the default), `local` (without an offset), `day`, `unix`, `unix_ms`, or a strftime pattern.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub format: Option<String>,
    /// Taken when the field is missing or null.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default: Option<Value>,
}

/// A rich text in another notation.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RichTextRule {
    /// The source field, or `vars.<name>`.
    pub from: FieldPath,
    /// The source's notation.
    pub format: Markup,
    /// The target's notation.
    pub to: Markup,
    /// Taken when the field is missing or null.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default: Option<Value>,
}

/// A list from a list. A single value is a list of one; a text can be split into one, and one joined into a text.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ListRule {
    /// The source field, or `vars.<name>`.
    pub from: FieldPath,
    /// What stands between the items of a text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub split: Option<String>,
    /// Which items are taken; all of them when absent. `item` is the item, `index` its place, counted from 0.
    #[serde(rename = "where", skip_serializing_if = "Option::is_none")]
    pub filter: Option<Condition>,
    /// What becomes of each; when absent, it stays as it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub item: Option<Box<Make>>,
    /// Whether equal items are one.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub unique: bool,
    /// What to put between the items, for a target that wants a text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub join: Option<String>,
    /// Taken when the field is missing or null.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default: Option<Value>,
}

/// A table from source values to target values.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ValueMap {
    /// The source field, or `vars.<name>`. Of a list, each item is mapped.
    pub from: FieldPath,
    /// Target value by source value; numbers and booleans are looked up by their text.
    pub values: Map<String, Value>,
    /// For every other value, for null and for a missing field; without it such a record fails.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default: Option<Value>,
}

/// Cases, tried in order.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Conditional {
    /// The cases.
    pub cases: Vec<Case>,
    /// When no case holds; without it the field is left out.
    #[serde(rename = "else", skip_serializing_if = "Option::is_none")]
    pub otherwise: Option<Box<Make>>,
}

/// One case of a conditional.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Case {
    /// When this holds,
    pub when: Condition,
    /// then this makes the value.
    pub then: Make,
}

impl Read for ValueMap {
    fn read(node: &Node<'_>, faults: &mut Faults) -> Option<Self> {
        let mut object = node.object(faults)?;
        let from = object.required("from", faults);
        let values = object.required::<Value>("values", faults);
        let default = object.raw("default").map(|node| node.value.clone());
        let values = values.and_then(|values| entries(values, &format!("{}/values", node.pointer), faults));
        object.finish(faults);
        Some(Self { from: from?, values: values?, default })
    }
}

impl Read for DateRule {
    fn read(node: &Node<'_>, faults: &mut Faults) -> Option<Self> {
        let mut object = node.object(faults)?;
        let from = object.required("from", faults);
        let zone = object.optional("zone", faults);
        let to_zone = object.optional("to_zone", faults);
        let format = object.optional("format", faults);
        let default = object.raw("default").map(|node| node.value.clone());
        object.finish(faults);
        Some(Self { from: from?, zone: zone?, to_zone: to_zone?, format: format?, default })
    }
}

impl Read for RichTextRule {
    fn read(node: &Node<'_>, faults: &mut Faults) -> Option<Self> {
        let mut object = node.object(faults)?;
        let from = object.required("from", faults);
        let format = object.required("format", faults);
        let to = object.required("to", faults);
        let default = object.raw("default").map(|node| node.value.clone());
        object.finish(faults);
        Some(Self { from: from?, format: format?, to: to?, default })
    }
}

pub(super) fn read_list(node: &Node<'_>, depth: usize, faults: &mut Faults) -> Option<ListRule> {
    if depth > limits::CONDITIONAL_DEPTH {
        let message = format!("rules nest at most {} levels", limits::CONDITIONAL_DEPTH);
        node.fault(faults, codes::TOO_DEEP, message);
        return None;
    }
    let mut object = node.object(faults)?;
    let from = object.required("from", faults);
    let split = object.optional("split", faults);
    let filter = object.optional("where", faults);
    let item = match object.raw("item") {
        Some(node) if !node.value.is_null() => {
            read_whole_make(&node, depth, faults).map(|make| Some(Box::new(make)))
        }
        _ => Some(None),
    };
    let unique = object.or_default("unique", faults);
    let join = object.optional("join", faults);
    let default = object.raw("default").map(|node| node.value.clone());
    object.finish(faults);
    let list = ListRule {
        from: from?,
        split: split?,
        filter: filter?,
        item: item?,
        unique: unique?,
        join: join?,
        default,
    };
    if list.split.as_deref() == Some("") {
        faults.add(
            format!("{}/split", node.pointer),
            codes::INVALID_VALUE,
            "something must stand between the items",
        );
        return None;
    }
    Some(list)
}

fn entries(values: Value, pointer: &str, faults: &mut Faults) -> Option<Map<String, Value>> {
    match values {
        Value::Object(map) if map.len() <= limits::VALUE_MAP_ENTRIES => Some(map),
        Value::Object(_) => {
            faults.add(
                pointer,
                codes::TOO_MANY,
                format!("at most {} entries are allowed", limits::VALUE_MAP_ENTRIES),
            );
            None
        }
        other => {
            faults.add(
                pointer,
                codes::WRONG_TYPE,
                format!("expected an object, found {}", crate::read::kind_of(&other)),
            );
            None
        }
    }
}

pub(super) fn read_conditional(node: &Node<'_>, depth: usize, faults: &mut Faults) -> Option<Conditional> {
    if depth > limits::CONDITIONAL_DEPTH {
        node.fault(
            faults,
            codes::TOO_DEEP,
            format!("conditionals nest at most {} levels", limits::CONDITIONAL_DEPTH),
        );
        return None;
    }
    let mut object = node.object(faults)?;
    let cases = object.raw("cases");
    if cases.is_none() {
        node.fault(faults, codes::MISSING_KEY, "`cases` is missing");
    }
    let cases = cases.and_then(|node| read_cases(&node, depth, faults));
    let otherwise = match object.raw("else") {
        Some(node) if !node.value.is_null() => {
            read_whole_make(&node, depth, faults).map(|make| Some(Box::new(make)))
        }
        _ => Some(None),
    };
    object.finish(faults);
    Some(Conditional { cases: cases?, otherwise: otherwise? })
}

fn read_cases(node: &Node<'_>, depth: usize, faults: &mut Faults) -> Option<Vec<Case>> {
    let Value::Array(items) = node.value else { return node.expected(faults, "an array of cases") };
    if items.is_empty() || items.len() > limits::CASES {
        node.fault(faults, codes::TOO_MANY, format!("between 1 and {} cases are allowed", limits::CASES));
        return None;
    }
    let read: Vec<_> = items
        .iter()
        .enumerate()
        .map(|(index, item)| read_case(&node.child(index, item), depth, faults))
        .collect();
    read.into_iter().collect()
}

fn read_case(node: &Node<'_>, depth: usize, faults: &mut Faults) -> Option<Case> {
    let mut object = node.object(faults)?;
    let when = object.required("when", faults);
    let then = match object.raw("then") {
        Some(then) => read_whole_make(&then, depth, faults),
        None => {
            node.fault(faults, codes::MISSING_KEY, "`then` is missing");
            None
        }
    };
    object.finish(faults);
    Some(Case { when: when?, then: then? })
}

deserialize_by_reading!(ValueMap, DateRule, RichTextRule);
