//! Rules of a field map: what makes each field of the target.

use serde::Serialize;
use serde_json::{Map, Value};

use crate::condition::Condition;
use crate::fault::{Faults, codes};
use crate::limits;
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
    /// Whether the field is left out, instead of the record failing, when a source field is missing.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub optional: bool,
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
        }
    }

    /// Every key that selects a kind.
    pub const KINDS: [&'static str; 6] =
        ["copy", "constant", "template", "expression", "value_map", "conditional"];
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
        let optional = object.or_default("optional", faults);
        let make = read_make(&mut object, 0, faults);
        object.finish(faults);
        Some(Self { target: target?, make: make?, on: on?.unwrap_or(On::Always), optional: optional? })
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

deserialize_by_reading!(Rule, Make, ValueMap);
