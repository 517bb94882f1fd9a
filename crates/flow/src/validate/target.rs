//! What an action writes, against the target's schema.

use serde_json::Value;

use super::value;
use crate::document::{Action, Correlation, Make, On, Rule, WriteMode};
use crate::fault::{Faults, codes};
use crate::path::FieldPath;
use crate::schema::{EntitySchema, FieldKind, FieldSchema};

pub(super) fn check(
    action: &Action,
    correlation: Option<&Correlation>,
    pointer: &str,
    schema: &EntitySchema,
    faults: &mut Faults,
) {
    for (index, rule) in action.map.iter().enumerate() {
        check_rule(rule, &format!("{pointer}/map/{index}"), schema, faults);
    }
    if let Some(correlation) = correlation {
        writable(&correlation.target_field, "/correlation/target_field", schema, faults);
    }
    if action.write != WriteMode::Update {
        check_required(action, correlation, pointer, schema, faults);
    }
}

fn check_rule(rule: &Rule, pointer: &str, schema: &EntitySchema, faults: &mut Faults) {
    let Some(field) = writable(&rule.target, &format!("{pointer}/target"), schema, faults) else { return };
    // Inside a field that holds anything, nothing is known of the value.
    if field.path == rule.target.as_str() {
        if let Some(made) = made(&rule.make).filter(|made| !fits_into(*made, field.kind)) {
            let message = format!("`{}` is {}, and this rule makes {made}", field.path, field.kind);
            faults.add(format!("{pointer}/{}", rule.make.kind()), codes::WRONG_TYPE, message);
        }
        constants(&rule.make, pointer.to_owned(), &mut |pointer, value| {
            if !value::is_writable(value, field) {
                let message = format!("`{}` does not take {value}{}", field.path, value::hint(field));
                faults.add(pointer, codes::VALUE_NOT_ALLOWED, message);
            }
        });
    }
}

/// What a rule makes whatever the record, where that is known.
fn made(make: &Make) -> Option<FieldKind> {
    match make {
        Make::RichText { .. } => Some(FieldKind::Text),
        Make::List { list } if list.join.is_some() => Some(FieldKind::Text),
        Make::List { .. } => Some(FieldKind::List),
        Make::Date { date } if matches!(date.format.as_deref(), Some("unix" | "unix_ms")) => {
            Some(FieldKind::Number)
        }
        Make::Date { .. } => Some(FieldKind::Date),
        _ => None,
    }
}

/// Whether a field of a kind can take what a rule makes.
const fn fits_into(made: FieldKind, field: FieldKind) -> bool {
    use FieldKind as K;
    match made {
        K::Text => !matches!(field, K::Number | K::Boolean | K::Date | K::Object),
        K::List => !matches!(field, K::Text | K::Number | K::Boolean | K::Date),
        K::Number => !matches!(field, K::Boolean | K::Object),
        K::Date => !matches!(field, K::Number | K::Boolean | K::Object),
        _ => true,
    }
}

fn writable<'s>(
    path: &FieldPath,
    pointer: &str,
    schema: &'s EntitySchema,
    faults: &mut Faults,
) -> Option<&'s FieldSchema> {
    match schema.field(path) {
        Some(field) if field.read_only => {
            faults.add(pointer, codes::READ_ONLY_FIELD, format!("`{path}` cannot be written"));
            None
        }
        Some(field) => Some(field),
        None if schema.has_inside(path) => None,
        None => {
            faults.add(pointer, codes::UNKNOWN_FIELD, format!("`{}` has no field `{path}`", schema.entity));
            None
        }
    }
}

fn check_required(
    action: &Action,
    correlation: Option<&Correlation>,
    pointer: &str,
    schema: &EntitySchema,
    faults: &mut Faults,
) {
    let rules = || action.map.iter().filter(|rule| rule.on != On::Update).map(|rule| &rule.target);
    for field in schema.fields.iter().filter(|field| field.required && !field.read_only) {
        let Ok(path) = field.path.parse::<FieldPath>() else { continue };
        let touches = |target: &FieldPath| target.contains(&path) || path.contains(target);
        let correlated = correlation.is_some_and(|correlation| touches(&correlation.target_field));
        if !correlated && !rules().any(touches) {
            let message = format!(
                "`{}` requires `{path}` when a record is created, and no rule makes it",
                schema.entity
            );
            faults.add(format!("{pointer}/map"), codes::REQUIRED_FIELD_NOT_MAPPED, message);
        }
    }
}

/// Calls `visit` with every value that a rule states itself, and its pointer.
fn constants(make: &Make, pointer: String, visit: &mut dyn FnMut(String, &Value)) {
    match make {
        Make::Constant { constant } => visit(format!("{pointer}/constant"), constant),
        Make::Copy { default: Some(default), .. } => visit(format!("{pointer}/default"), default),
        Make::ValueMap { value_map } => {
            for (key, value) in &value_map.values {
                visit(crate::fault::pointer_to(&format!("{pointer}/value_map/values"), key), value);
            }
            if let Some(default) = &value_map.default {
                visit(format!("{pointer}/value_map/default"), default);
            }
        }
        Make::Conditional { conditional } => {
            for (index, case) in conditional.cases.iter().enumerate() {
                constants(&case.then, format!("{pointer}/conditional/cases/{index}/then"), visit);
            }
            if let Some(otherwise) = &conditional.otherwise {
                constants(otherwise, format!("{pointer}/conditional/else"), visit);
            }
        }
        Make::List { list } => {
            if let Some(item) = list.item.as_ref().filter(|_| list.join.is_none()) {
                constants(item, format!("{pointer}/list/item"), visit);
            }
            if let Some(default) = &list.default {
                visit(format!("{pointer}/list/default"), default);
            }
        }
        Make::Date { date } => {
            date.default.iter().for_each(|default| visit(format!("{pointer}/date/default"), default));
        }
        Make::RichText { rich_text } => {
            rich_text
                .default
                .iter()
                .for_each(|default| visit(format!("{pointer}/rich_text/default"), default));
        }
        Make::Copy { .. } | Make::Template { .. } | Make::Expression { .. } => {}
    }
}
