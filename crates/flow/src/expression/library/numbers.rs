//! Numbers.

use std::borrow::Cow;

use minijinja::value::Kwargs;
use minijinja::{Environment, Error, Value};

use super::{defined, refuse};

pub(super) const NAMES: &[&str] = &["bool", "number", "format_number", "clamp"];

pub(super) fn install(environment: &mut Environment<'static>) {
    environment.add_filter("bool", |value: &Value| defined(value).map(Value::is_true));
    environment.add_filter("number", number);
    environment.add_filter("format_number", format_number);
    environment.add_filter("clamp", clamp);
}

/// The number that a text stands for, whole when it has no fraction. Spaces around and `,` between thousands are allowed.
fn number(value: &Value) -> Result<Value, Error> {
    if defined(value)?.is_number() {
        return Ok(value.clone());
    }
    let Some(text) = value.as_str() else { return Err(refuse(format!("{} is not a number", value.kind()))) };
    let plain = text.trim().replace(',', "");
    if let Ok(whole) = plain.parse::<i64>() {
        return Ok(Value::from(whole));
    }
    let float = plain.parse::<f64>().ok().filter(|float| float.is_finite());
    float.map(Value::from).ok_or_else(|| {
        refuse(format!("`{}` is not a number", Cow::from(text.chars().take(40).collect::<String>())))
    })
}

/// A number as text, with a fixed number of decimals and, if wanted, a mark between thousands.
fn format_number(value: f64, decimals: Option<usize>, options: Kwargs) -> Result<String, Error> {
    let thousands: Option<String> = options.get("thousands")?;
    options.assert_all_used()?;
    let decimals = decimals.unwrap_or(0);
    if decimals > 20 || !value.is_finite() || value.abs() > 1e18 {
        return Err(refuse("at most 20 decimals, and numbers below 10^18"));
    }
    let text = format!("{value:.decimals$}");
    let (whole, fraction) = text.split_at(text.find('.').unwrap_or(text.len()));
    Ok(format!("{}{fraction}", grouped(whole, thousands.as_deref().unwrap_or_default())))
}

fn grouped(whole: &str, mark: &str) -> String {
    let (sign, digits) = whole.split_at(usize::from(whole.starts_with('-')));
    let mut text = sign.to_owned();
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            text.push_str(mark);
        }
        text.push(digit);
    }
    text
}

/// A number moved into a range.
fn clamp(value: &Value, least: Value, most: Value) -> Result<Value, Error> {
    let all_numbers = defined(value)?.is_number() && least.is_number() && most.is_number();
    if !all_numbers || least > most {
        return Err(refuse("clamp takes numbers, the lower bound first"));
    }
    Ok(if *value < least {
        least
    } else if *value > most {
        most
    } else {
        value.clone()
    })
}
