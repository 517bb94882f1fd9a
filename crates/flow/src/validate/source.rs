//! What an action reads, against the source's schema.

use serde_json::Value;

use super::value;
use crate::condition::{Comparison, Condition, Operand};
use crate::document::{Action, Make};
use crate::fault::{Faults, codes};
use crate::path::FieldPath;
use crate::plan::Plan;
use crate::schema::{EntitySchema, FieldKind, FieldSchema};
use crate::uql::CHANGED_AT;

pub(super) fn check(
    action: &Action,
    plan: Option<&Plan>,
    pointer: &str,
    schema: &EntitySchema,
    faults: &mut Faults,
) {
    let top = [("filter", action.filter.as_ref()), ("create_when", action.create_when.as_ref())];
    for (name, condition) in top {
        if let Some(condition) = condition {
            check_condition(condition, &format!("{pointer}/{name}"), Place::Record, schema, faults);
        }
    }
    for (index, rule) in action.map.iter().enumerate() {
        check_make(&rule.make, &format!("{pointer}/map/{index}"), Place::Record, schema, faults);
    }
    for (place, path) in plan.map(Plan::reads).unwrap_or_default() {
        check_path(&path, &place, schema, faults);
    }
}

/// The conditions inside a rule. Those of a list may be about its items, of which no schema tells.
fn check_make(make: &Make, pointer: &str, place: Place, schema: &EntitySchema, faults: &mut Faults) {
    match make {
        Make::Conditional { conditional } => {
            for (index, case) in conditional.cases.iter().enumerate() {
                let pointer = format!("{pointer}/conditional/cases/{index}");
                check_condition(&case.when, &format!("{pointer}/when"), place, schema, faults);
                check_make(&case.then, &format!("{pointer}/then"), place, schema, faults);
            }
            if let Some(otherwise) = &conditional.otherwise {
                check_make(otherwise, &format!("{pointer}/conditional/else"), place, schema, faults);
            }
        }
        Make::List { list } => {
            if let Some(condition) = &list.filter {
                check_condition(condition, &format!("{pointer}/list/where"), Place::List, schema, faults);
            }
            if let Some(item) = &list.item {
                check_make(item, &format!("{pointer}/list/item"), Place::List, schema, faults);
            }
        }
        _ => {}
    }
}

/// Where a condition stands.
#[derive(Clone, Copy, PartialEq)]
enum Place {
    Record,
    List,
}

fn check_condition(
    condition: &Condition,
    pointer: &str,
    place: Place,
    schema: &EntitySchema,
    faults: &mut Faults,
) {
    condition.walk(pointer, &mut |pointer, comparison| {
        let of_item = matches!(comparison.field.head(), "item" | "index");
        if !(place == Place::List && of_item) {
            check_comparison(comparison, pointer, schema, faults);
        }
    });
}

fn check_comparison(comparison: &Comparison, pointer: &str, schema: &EntitySchema, faults: &mut Faults) {
    let Some(path) = field_of(&comparison.field) else { return };
    let Some(field) = schema.field(&path) else {
        return check_path(&path, &format!("{pointer}/field"), schema, faults);
    };
    let op = comparison.op;
    let kind = kind_at(field, &path);
    if !op.works_on(kind) {
        let message = format!("`{op}` does not work on `{path}`, which is {kind}");
        faults.add(format!("{pointer}/op"), codes::OPERATOR_NOT_ALLOWED, message);
    } else if matches!(op.operand(), Operand::Scalar | Operand::List)
        && kind != FieldKind::List
        && kind == field.kind
    {
        let single = std::slice::from_ref(&comparison.value);
        let values = comparison.value.as_array().map_or(single, Vec::as_slice);
        check_values(values, field, pointer, faults);
    }
}

fn check_values(values: &[Value], field: &FieldSchema, pointer: &str, faults: &mut Faults) {
    for value in values.iter().filter(|value| !value::fits(value, field)) {
        let message = format!("`{}` never has the value {value}{}", field.path, value::hint(field));
        faults.add(format!("{pointer}/value"), codes::VALUE_NOT_ALLOWED, message);
    }
}

/// What a path holds; unknown when the schema only tells what lies around it.
fn kind_at(field: &FieldSchema, path: &FieldPath) -> FieldKind {
    if field.path == path.to_string() { field.kind } else { FieldKind::Any }
}

/// The field of the source that a path reads, if it reads one.
fn field_of(path: &FieldPath) -> Option<FieldPath> {
    match path.head() {
        "vars" | "run" | "now" => None,
        "record" => path.tail(),
        CHANGED_AT if path.names().len() == 1 => None,
        _ => Some(path.clone()),
    }
}

fn check_path(path: &FieldPath, pointer: &str, schema: &EntitySchema, faults: &mut Faults) {
    let Some(path) = field_of(path) else { return };
    if schema.field(&path).is_none() && !schema.has_inside(&path) {
        let message = format!("`{}` has no field `{path}`", schema.entity);
        faults.add(pointer, codes::UNKNOWN_FIELD, message);
    }
}
