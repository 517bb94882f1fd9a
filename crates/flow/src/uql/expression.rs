//! The expressions of SQL that are conditions of UQL; everything else is refused where it stands.

use serde_json::{Number, Value};
use sqlparser::ast::{
    BinaryOperator, Expr, Function, FunctionArg, FunctionArgExpr, FunctionArguments, ObjectNamePart, Spanned,
    UnaryOperator, Value as Literal,
};
use sqlparser::tokenizer::Location;

use super::check::Mention;
use super::error::Misfit;
use super::parse::path_of;
use crate::condition::{Comparison, Condition, Operand, Operator};
use crate::limits;
use crate::path::FieldPath;

/// What is left to read, and what was named so far.
struct Reading<'m> {
    budget: usize,
    mentions: &'m mut Vec<Mention>,
}

/// A condition, with at most as many comparisons as a filter may have.
pub(super) fn condition(expr: &Expr, mentions: &mut Vec<Mention>) -> Result<Condition, Misfit> {
    read(expr, &mut Reading { budget: limits::CONDITIONS + 1, mentions })
}

fn start(expr: &Expr) -> Location {
    expr.span().start
}

fn read(expr: &Expr, reading: &mut Reading<'_>) -> Result<Condition, Misfit> {
    let Some(left) = reading.budget.checked_sub(1) else {
        return Err(Misfit::new(
            format!("at most {} conditions are allowed", limits::CONDITIONS),
            start(expr),
        ));
    };
    reading.budget = left;
    match expr {
        Expr::Nested(inner) => read(inner, reading),
        Expr::UnaryOp { op: UnaryOperator::Not, expr } => Ok(Condition::Not(Box::new(read(expr, reading)?))),
        Expr::BinaryOp { op: BinaryOperator::And, .. } => {
            list(expr, &BinaryOperator::And, reading).map(Condition::All)
        }
        Expr::BinaryOp { op: BinaryOperator::Or, .. } => {
            list(expr, &BinaryOperator::Or, reading).map(Condition::Any)
        }
        Expr::BinaryOp { left, op, right } => {
            comparison(left, operator(op, left)?, value(right)?, start(right), reading)
        }
        Expr::IsNull(field) => comparison(field, Operator::Eq, Value::Null, start(field), reading),
        Expr::IsNotNull(field) => comparison(field, Operator::Ne, Value::Null, start(field), reading),
        Expr::InList { expr: field, list, negated } => {
            let values = list.iter().map(value).collect::<Result<Vec<_>, _>>()?;
            let op = if *negated { Operator::NotIn } else { Operator::In };
            comparison(field, op, Value::Array(values), start(field), reading)
        }
        Expr::Function(function) => call(function, start(expr), reading),
        Expr::Value(literal) => match literal.value {
            Literal::Boolean(true) => Ok(Condition::All(Vec::new())),
            Literal::Boolean(false) => Ok(Condition::Any(Vec::new())),
            _ => Err(Misfit::new("expected a condition, found a value", start(expr)).instead("a condition")),
        },
        other => Err(refused(other)),
    }
}

/// What SQL has and UQL has not, and what to write instead.
fn refused(expr: &Expr) -> Misfit {
    let misfit = Misfit::new(format!("`{expr}` is not a condition of UQL"), start(expr));
    match expr {
        Expr::Like { .. } | Expr::ILike { .. } | Expr::SimilarTo { .. } | Expr::RLike { .. } => {
            misfit.instead("contains, starts_with, ends_with or matches (field, 'text')")
        }
        Expr::Between { .. } => misfit.instead("field >= low and field <= high"),
        Expr::IsTrue(_) | Expr::IsFalse(_) | Expr::IsNotTrue(_) | Expr::IsNotFalse(_) => {
            misfit.instead("field = true or field = false")
        }
        Expr::InSubquery { .. } | Expr::Subquery(_) | Expr::Exists { .. } => {
            misfit.instead("a list of values")
        }
        Expr::Identifier(_) | Expr::CompoundIdentifier(_) => {
            misfit.instead("a comparison of this field with a value")
        }
        _ => misfit.instead("a comparison of a field with a value"),
    }
}

/// The parts of `a and b and c`: sqlparser nests them to the left, parentheses stay as they are.
fn list(
    expr: &Expr,
    joined_by: &BinaryOperator,
    reading: &mut Reading<'_>,
) -> Result<Vec<Condition>, Misfit> {
    let mut parts = Vec::new();
    let mut rest = expr;
    while let Expr::BinaryOp { left, op, right } = rest {
        if op != joined_by {
            break;
        }
        parts.push(right.as_ref());
        rest = left;
    }
    parts.push(rest);
    parts.into_iter().rev().map(|part| read(part, reading)).collect()
}

fn operator(op: &BinaryOperator, left: &Expr) -> Result<Operator, Misfit> {
    match op {
        BinaryOperator::Eq => Ok(Operator::Eq),
        BinaryOperator::NotEq => Ok(Operator::Ne),
        BinaryOperator::Gt => Ok(Operator::Gt),
        BinaryOperator::GtEq => Ok(Operator::Gte),
        BinaryOperator::Lt => Ok(Operator::Lt),
        BinaryOperator::LtEq => Ok(Operator::Lte),
        other => Err(Misfit::new(format!("UQL has no operator `{other}`"), left.span().end)),
    }
}

fn comparison(
    field: &Expr,
    op: Operator,
    value: Value,
    at: Location,
    reading: &mut Reading<'_>,
) -> Result<Condition, Misfit> {
    let stands = start(field);
    let field = path(field)?;
    let fits = match op.operand() {
        Operand::None | Operand::List => true,
        Operand::Scalar => !value.is_array(),
        Operand::Text | Operand::Regex => value.is_string(),
        Operand::Ordered | Operand::Date => value.is_string() || value.is_number(),
    };
    if !fits {
        let misfit = Misfit::new(format!("`{op}` does not compare with this value"), at);
        return Err(misfit.instead(operand_in_words(op.operand())));
    }
    reading.mentions.push(Mention::comparison(&field, op, stands));
    Ok(Condition::Test(Comparison { field, op, value }))
}

fn operand_in_words(operand: Operand) -> &'static str {
    match operand {
        Operand::None => "nothing",
        Operand::Scalar => "text in single quotes, a number, true, false or null",
        Operand::List => "a list of values in parentheses",
        Operand::Text => "text in single quotes",
        Operand::Regex => "a regular expression in single quotes",
        Operand::Ordered => "a number, or text in single quotes",
        Operand::Date => "a date in single quotes, or a relative one such as '-1h'",
    }
}

fn path(expr: &Expr) -> Result<FieldPath, Misfit> {
    match expr {
        Expr::Identifier(name) => path_of(std::slice::from_ref(name), start(expr)),
        Expr::CompoundIdentifier(names) => path_of(names, start(expr)),
        other => {
            Err(Misfit::new(format!("expected a field, found `{other}`"), start(other)).instead("a field"))
        }
    }
}

fn value(expr: &Expr) -> Result<Value, Misfit> {
    let refuse = || {
        let misfit = Misfit::new(format!("expected a plain value, found `{expr}`"), start(expr));
        misfit.instead(operand_in_words(Operand::Scalar))
    };
    match expr {
        Expr::Value(literal) => match &literal.value {
            Literal::SingleQuotedString(text) => Ok(Value::String(text.clone())),
            Literal::Boolean(bool) => Ok(Value::Bool(*bool)),
            Literal::Null => Ok(Value::Null),
            Literal::Number(digits, false) => number(digits).ok_or_else(refuse),
            _ => Err(refuse()),
        },
        Expr::UnaryOp { op: UnaryOperator::Minus, expr: inner } => match inner.as_ref() {
            Expr::Value(literal) => match &literal.value {
                Literal::Number(digits, false) => number(&format!("-{digits}")).ok_or_else(refuse),
                _ => Err(refuse()),
            },
            _ => Err(refuse()),
        },
        _ => Err(refuse()),
    }
}

fn number(digits: &str) -> Option<Value> {
    let whole =
        digits.parse::<i64>().map(Number::from).or_else(|_| digits.parse::<u64>().map(Number::from)).ok();
    whole.or_else(|| Number::from_f64(digits.parse().ok()?)).map(Value::Number)
}

/// `contains(field, value)` and the others that SQL has no sign for.
fn call(function: &Function, at: Location, reading: &mut Reading<'_>) -> Result<Condition, Misfit> {
    let name = match &function.name.0[..] {
        [ObjectNamePart::Identifier(name)] if name.quote_style.is_none() => name.value.to_lowercase(),
        _ => return Err(Misfit::new(format!("UQL has no function `{}`", function.name), at)),
    };
    let Some(op) = Operator::from_word(&name) else {
        return Err(Misfit::new(format!("UQL has no function `{name}`"), at));
    };
    let arguments = arguments(function, at)?;
    match (op.operand(), &arguments[..]) {
        (Operand::None, [field]) => comparison(field, op, Value::Null, at, reading),
        (Operand::None, _) => Err(Misfit::new(format!("`{op}` takes a field"), at)),
        (Operand::List, _) => Err(Misfit::new(format!("write `field {} (…)`", name.replace('_', " ")), at)),
        (_, [field, operand]) => comparison(field, op, value(operand)?, start(operand), reading),
        _ => Err(Misfit::new(format!("`{op}` takes a field and a value"), at)),
    }
}

fn arguments(function: &Function, at: Location) -> Result<Vec<&Expr>, Misfit> {
    let refuse = || Misfit::new(format!("`{function}` is not a condition of UQL"), at);
    let FunctionArguments::List(list) = &function.args else { return Err(refuse()) };
    let plain = list.duplicate_treatment.is_none() && list.clauses.is_empty() && function.over.is_none();
    if !plain
        || function.filter.is_some()
        || function.null_treatment.is_some()
        || !function.within_group.is_empty()
    {
        return Err(refuse());
    }
    let expr = |argument| match argument {
        &FunctionArg::Unnamed(FunctionArgExpr::Expr(ref expr)) => Ok(expr),
        _ => Err(refuse()),
    };
    list.args.iter().map(expr).collect()
}
