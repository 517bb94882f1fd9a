//! A query as text, so that it reads back as the same query.

use std::fmt;

use serde_json::Value;

use super::{Order, Query, quoting};
use crate::condition::{Comparison, Condition, Operand, Operator};
use crate::path::FieldPath;

impl fmt::Display for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_query(f, &[], self)
    }
}

/// A query, and the fields that are asked for; whole records when there are none.
pub(super) fn write_query(f: &mut fmt::Formatter<'_>, fields: &[FieldPath], query: &Query) -> fmt::Result {
    f.write_str(if fields.is_empty() { "select *" } else { "select " })?;
    for (position, field) in fields.iter().enumerate() {
        f.write_str(if position > 0 { ", " } else { "" })?;
        write_path(f, field)?;
    }
    f.write_str(" from ")?;
    quoting::write_name(f, &query.entity)?;
    if let Some(condition) = &query.condition {
        f.write_str(" where ")?;
        write_condition(f, condition, Place::Top)?;
    }
    for (position, order) in query.order_by.iter().enumerate() {
        f.write_str(if position == 0 { " order by " } else { ", " })?;
        write_order(f, order)?;
    }
    match query.limit {
        Some(limit) => write!(f, " limit {limit}"),
        None => Ok(()),
    }
}

/// A condition of a query as text, as it stands after `where`.
pub fn condition_text(condition: &Condition) -> String {
    struct Text<'c>(&'c Condition);
    impl fmt::Display for Text<'_> {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            write_condition(f, self.0, Place::Top)
        }
    }
    Text(condition).to_string()
}

fn write_order(f: &mut fmt::Formatter<'_>, order: &Order) -> fmt::Result {
    write_path(f, &order.field)?;
    f.write_str(if order.descending { " desc" } else { "" })
}

fn write_path(f: &mut fmt::Formatter<'_>, path: &FieldPath) -> fmt::Result {
    for (position, name) in path.names().enumerate() {
        if position > 0 {
            f.write_str(".")?;
        }
        quoting::write_name(f, name)?;
    }
    Ok(())
}

/// Where a condition stands, which decides whether it needs parentheses.
#[derive(Clone, Copy, PartialEq)]
enum Place {
    Top,
    Inside,
}

fn write_condition(f: &mut fmt::Formatter<'_>, condition: &Condition, place: Place) -> fmt::Result {
    match condition {
        Condition::All(all) if all.is_empty() => f.write_str("true"),
        Condition::Any(any) if any.is_empty() => f.write_str("false"),
        Condition::All(all) => write_list(f, all, " and ", place),
        Condition::Any(any) => write_list(f, any, " or ", place),
        Condition::Not(inner) => {
            f.write_str("not (")?;
            write_condition(f, inner, Place::Top)?;
            f.write_str(")")
        }
        Condition::Test(comparison) => write_comparison(f, comparison),
    }
}

fn write_list(f: &mut fmt::Formatter<'_>, list: &[Condition], word: &str, place: Place) -> fmt::Result {
    let [several @ .., _] = list else { return Ok(()) };
    if several.is_empty() {
        return write_condition(f, &list[0], place);
    }
    f.write_str(if place == Place::Inside { "(" } else { "" })?;
    for (position, condition) in list.iter().enumerate() {
        f.write_str(if position > 0 { word } else { "" })?;
        write_condition(f, condition, Place::Inside)?;
    }
    f.write_str(if place == Place::Inside { ")" } else { "" })
}

fn write_comparison(f: &mut fmt::Formatter<'_>, comparison: &Comparison) -> fmt::Result {
    let Comparison { field, op, value } = comparison;
    if let Some(sign) = sign(*op, value) {
        write_path(f, field)?;
        write!(f, " {sign} ")?;
        return write_value(f, value);
    }
    write!(f, "{op}(")?;
    write_path(f, field)?;
    if op.operand() != Operand::None {
        f.write_str(", ")?;
        write_value(f, value)?;
    }
    f.write_str(")")
}

/// How SQL writes an operator; the others are functions.
fn sign(op: Operator, value: &Value) -> Option<&'static str> {
    match (op, value) {
        (Operator::Eq, Value::Null) => Some("is"),
        (Operator::Ne, Value::Null) => Some("is not"),
        (Operator::Eq, _) => Some("="),
        (Operator::Ne, _) => Some("<>"),
        (Operator::Gt, _) => Some(">"),
        (Operator::Gte, _) => Some(">="),
        (Operator::Lt, _) => Some("<"),
        (Operator::Lte, _) => Some("<="),
        (Operator::In, _) => Some("in"),
        (Operator::NotIn, _) => Some("not in"),
        _ => None,
    }
}

fn write_value(f: &mut fmt::Formatter<'_>, value: &Value) -> fmt::Result {
    match value {
        Value::String(text) => write!(f, "'{}'", text.replace('\'', "''")),
        Value::Array(items) => {
            f.write_str("(")?;
            for (position, item) in items.iter().enumerate() {
                f.write_str(if position > 0 { ", " } else { "" })?;
                write_value(f, item)?;
            }
            f.write_str(")")
        }
        // Objects do not occur in conditions.
        other => write!(f, "{other}"),
    }
}
