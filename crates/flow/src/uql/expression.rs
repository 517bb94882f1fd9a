//! The expressions of SQL that are conditions of UQL; everything else is refused where it stands.

use serde_json::{Number, Value};
use sqlparser::ast::{
    BinaryOperator, Expr, Function, FunctionArg, FunctionArgExpr, FunctionArguments, ObjectNamePart, Spanned,
    UnaryOperator, Value as Literal,
};
use sqlparser::tokenizer::Location;

use super::parse::{Misfit, path_of};
use crate::condition::{Comparison, Condition, Operand, Operator};
use crate::limits;
use crate::path::FieldPath;

/// A condition, with at most as many comparisons as a filter may have.
pub(super) fn condition(expr: &Expr) -> Result<Condition, Misfit> {
    let mut budget = limits::CONDITIONS + 1;
    read(expr, &mut budget)
}

fn start(expr: &Expr) -> Location {
    expr.span().start
}

fn read(expr: &Expr, budget: &mut usize) -> Result<Condition, Misfit> {
    let Some(left) = budget.checked_sub(1) else {
        return Err(Misfit::new(
            format!("at most {} conditions are allowed", limits::CONDITIONS),
            start(expr),
        ));
    };
    *budget = left;
    match expr {
        Expr::Nested(inner) => read(inner, budget),
        Expr::UnaryOp { op: UnaryOperator::Not, expr } => Ok(Condition::Not(Box::new(read(expr, budget)?))),
        Expr::BinaryOp { op: BinaryOperator::And, .. } => {
            list(expr, &BinaryOperator::And, budget).map(Condition::All)
        }
        Expr::BinaryOp { op: BinaryOperator::Or, .. } => {
            list(expr, &BinaryOperator::Or, budget).map(Condition::Any)
        }
        Expr::BinaryOp { left, op, right } => {
            comparison(left, operator(op, left)?, value(right)?, start(right))
        }
        Expr::IsNull(field) => comparison(field, Operator::Eq, Value::Null, start(field)),
        Expr::IsNotNull(field) => comparison(field, Operator::Ne, Value::Null, start(field)),
        Expr::InList { expr: field, list, negated } => {
            let values = list.iter().map(value).collect::<Result<Vec<_>, _>>()?;
            let op = if *negated { Operator::NotIn } else { Operator::In };
            comparison(field, op, Value::Array(values), start(field))
        }
        Expr::Function(function) => call(function, start(expr)),
        Expr::Value(literal) => match literal.value {
            Literal::Boolean(true) => Ok(Condition::All(Vec::new())),
            Literal::Boolean(false) => Ok(Condition::Any(Vec::new())),
            _ => Err(Misfit::new("expected a condition, found a value", start(expr))),
        },
        other => Err(Misfit::new(format!("`{other}` is not a condition of UQL"), start(other))),
    }
}

/// The parts of `a and b and c`: sqlparser nests them to the left, parentheses stay as they are.
fn list(expr: &Expr, joined_by: &BinaryOperator, budget: &mut usize) -> Result<Vec<Condition>, Misfit> {
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
    parts.into_iter().rev().map(|part| read(part, budget)).collect()
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

fn comparison(field: &Expr, op: Operator, value: Value, at: Location) -> Result<Condition, Misfit> {
    let field = path(field)?;
    let fits = match op.operand() {
        Operand::None | Operand::List => true,
        Operand::Scalar => !value.is_array(),
        Operand::Text | Operand::Regex => value.is_string(),
        Operand::Ordered | Operand::Date => value.is_string() || value.is_number(),
    };
    if !fits {
        return Err(Misfit::new(format!("`{op}` does not compare with this value"), at));
    }
    Ok(Condition::Test(Comparison { field, op, value }))
}

fn path(expr: &Expr) -> Result<FieldPath, Misfit> {
    match expr {
        Expr::Identifier(name) => path_of(std::slice::from_ref(name), start(expr)),
        Expr::CompoundIdentifier(names) => path_of(names, start(expr)),
        other => Err(Misfit::new(format!("expected a field, found `{other}`"), start(other))),
    }
}

fn value(expr: &Expr) -> Result<Value, Misfit> {
    let refuse = || Misfit::new(format!("expected a plain value, found `{expr}`"), start(expr));
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
fn call(function: &Function, at: Location) -> Result<Condition, Misfit> {
    let name = match &function.name.0[..] {
        [ObjectNamePart::Identifier(name)] if name.quote_style.is_none() => name.value.to_lowercase(),
        _ => return Err(Misfit::new(format!("UQL has no function `{}`", function.name), at)),
    };
    let Some(op) = Operator::from_word(&name) else {
        return Err(Misfit::new(format!("UQL has no function `{name}`"), at));
    };
    let arguments = arguments(function, at)?;
    match (op.operand(), &arguments[..]) {
        (Operand::None, [field]) => comparison(field, op, Value::Null, at),
        (Operand::None, _) => Err(Misfit::new(format!("`{op}` takes a field"), at)),
        (Operand::List, _) => Err(Misfit::new(format!("write `field {} (…)`", name.replace('_', " ")), at)),
        (_, [field, operand]) => comparison(field, op, value(operand)?, start(operand)),
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
