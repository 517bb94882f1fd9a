//! Conditions: and/or/not trees of comparisons, in documents (`filter`, `create_when`, `when`) and in UQL.

mod operator;

use serde::ser::SerializeMap;
use serde_json::Value;

pub use operator::{Operand, Operator};

use crate::fault::{Faults, codes};
use crate::limits;
use crate::path::FieldPath;
use crate::read::{Node, Read, deserialize_by_reading};

/// A tree of comparisons.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Condition {
    /// Every one holds; so does an empty list.
    All(Vec<Condition>),
    /// At least one holds; an empty list does not.
    Any(Vec<Condition>),
    /// It does not hold.
    Not(Box<Condition>),
    /// One comparison.
    #[serde(untagged)]
    Test(Comparison),
}

/// A field compared with a value.
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison {
    /// The field of the record.
    pub field: FieldPath,
    /// How.
    pub op: Operator,
    /// With what; `null` for the operators that need nothing.
    pub value: Value,
}

impl Condition {
    /// A single comparison.
    pub fn test(field: FieldPath, op: Operator, value: Value) -> Self {
        Self::Test(Comparison { field, op, value })
    }

    /// Both this and the other condition; nested `all`s become one.
    pub fn and(self, other: Self) -> Self {
        match self {
            Self::All(mut all) => {
                all.push(other);
                Self::All(all)
            }
            first => Self::All(vec![first, other]),
        }
    }

    /// The conditions that must all hold: those of an `all`, else the condition itself.
    pub fn conjuncts(&self) -> &[Self] {
        match self {
            Self::All(all) => all,
            other => std::slice::from_ref(other),
        }
    }

    /// Changes every comparison.
    pub(crate) fn change(&mut self, change: &mut dyn FnMut(&mut Comparison)) {
        match self {
            Self::All(list) | Self::Any(list) => {
                list.iter_mut().for_each(|condition| condition.change(change))
            }
            Self::Not(inner) => inner.change(change),
            Self::Test(comparison) => change(comparison),
        }
    }

    /// Calls `visit` with every comparison and its pointer.
    pub(crate) fn walk<'c>(&'c self, pointer: &str, visit: &mut dyn FnMut(&str, &'c Comparison)) {
        match self {
            Self::All(all) => walk_list(all, &format!("{pointer}/all"), visit),
            Self::Any(any) => walk_list(any, &format!("{pointer}/any"), visit),
            Self::Not(inner) => inner.walk(&format!("{pointer}/not"), visit),
            Self::Test(comparison) => visit(pointer, comparison),
        }
    }
}

fn walk_list<'c>(list: &'c [Condition], pointer: &str, visit: &mut dyn FnMut(&str, &'c Comparison)) {
    for (index, condition) in list.iter().enumerate() {
        condition.walk(&format!("{pointer}/{index}"), visit);
    }
}

impl serde::Serialize for Comparison {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("field", &self.field)?;
        map.serialize_entry("op", &self.op)?;
        if self.op.operand() != Operand::None {
            map.serialize_entry("value", &self.value)?;
        }
        map.end()
    }
}

impl Read for Condition {
    fn read(node: &Node<'_>, faults: &mut Faults) -> Option<Self> {
        let mut budget = limits::CONDITIONS;
        read_within(node, 0, &mut budget, faults)
    }
}

fn read_within(node: &Node<'_>, depth: usize, budget: &mut usize, faults: &mut Faults) -> Option<Condition> {
    if depth > limits::CONDITION_DEPTH {
        node.fault(
            faults,
            codes::TOO_DEEP,
            format!("conditions nest at most {} levels", limits::CONDITION_DEPTH),
        );
        return None;
    }
    let Some(left) = budget.checked_sub(1) else {
        node.fault(faults, codes::TOO_MANY, format!("at most {} conditions are allowed", limits::CONDITIONS));
        return None;
    };
    *budget = left;
    let mut object = node.object(faults)?;
    let read = if let Some(all) = object.raw("all") {
        read_list(&all, depth, budget, faults).map(Condition::All)
    } else if let Some(any) = object.raw("any") {
        read_list(&any, depth, budget, faults).map(Condition::Any)
    } else if let Some(not) = object.raw("not") {
        read_within(&not, depth + 1, budget, faults).map(|inner| Condition::Not(Box::new(inner)))
    } else {
        read_comparison(&mut object, faults).map(Condition::Test)
    };
    object.finish(faults);
    read
}

fn read_list(
    node: &Node<'_>,
    depth: usize,
    budget: &mut usize,
    faults: &mut Faults,
) -> Option<Vec<Condition>> {
    let Value::Array(items) = node.value else { return node.expected(faults, "an array of conditions") };
    let mut read = Vec::new();
    for (index, item) in items.iter().enumerate() {
        read.push(read_within(&node.child(index, item), depth + 1, budget, faults));
        if *budget == 0 {
            break;
        }
    }
    if read.len() < items.len() {
        node.fault(faults, codes::TOO_MANY, format!("at most {} conditions are allowed", limits::CONDITIONS));
        return None;
    }
    read.into_iter().collect()
}

fn read_comparison(object: &mut crate::read::Object<'_, '_>, faults: &mut Faults) -> Option<Comparison> {
    let field = object.required("field", faults);
    let op: Option<Operator> = object.required("op", faults);
    let value = match (op, object.raw("value")) {
        (Some(op), Some(node)) => operand_of(op, &node, faults),
        (Some(op), None) if op.operand() != Operand::None => object.required("value", faults),
        (None, _) => None,
        (Some(_), None) => Some(Value::Null),
    };
    Some(Comparison { field: field?, op: op?, value: value? })
}

fn operand_of(op: Operator, node: &Node<'_>, faults: &mut Faults) -> Option<Value> {
    let value = node.value;
    let scalar = |value: &Value| !value.is_array() && !value.is_object();
    let (fits, what) = match op.operand() {
        Operand::None => (value.is_null(), "no value"),
        Operand::Scalar => (scalar(value), "text, a number, true, false or null"),
        Operand::List => {
            (value.as_array().is_some_and(|items| items.iter().all(scalar)), "an array of plain values")
        }
        Operand::Text | Operand::Regex => (value.is_string(), "a string"),
        Operand::Ordered => (value.is_string() || value.is_number(), "a number or a string"),
        Operand::Date => {
            (value.is_string() || value.is_number(), "a date, or a relative one such as \"-1h\"")
        }
    };
    if !fits {
        return node.expected(faults, &format!("{what} for `{op}`"));
    }
    if value.as_array().is_some_and(|items| items.len() > limits::LIST_VALUES) {
        node.fault(faults, codes::TOO_MANY, format!("at most {} values are allowed", limits::LIST_VALUES));
        return None;
    }
    Some(value.clone())
}

deserialize_by_reading!(Condition);
