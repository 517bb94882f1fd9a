//! Rules of a field map: what makes each field of the target.

use serde::Serialize;
use serde_json::{Map, Value};

use crate::condition::Condition;
use crate::fault::{Faults, codes};
use crate::limits;
use crate::markup::Markup;
use crate::path::FieldPath;
use crate::read::{Node, Object, Read, deserialize_by_reading};
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

impl Read for Make {
    fn read(node: &Node<'_>, faults: &mut Faults) -> Option<Self> {
        read_whole_make(node, 0, faults)
    }
}

fn read_whole_make(node: &Node<'_>, depth: usize, faults: &mut Faults) -> Option<Make> {
    let mut object = node.object(faults)?;
    let make = read_make(&mut object, depth, faults);
    object.finish(faults);
    make
}

fn read_make(object: &mut Object<'_, '_>, depth: usize, faults: &mut Faults) -> Option<Make> {
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

fn read_list(node: &Node<'_>, depth: usize, faults: &mut Faults) -> Option<ListRule> {
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

fn read_conditional(node: &Node<'_>, depth: usize, faults: &mut Faults) -> Option<Conditional> {
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

deserialize_by_reading!(Rule, Make, ValueMap, DateRule, RichTextRule);
