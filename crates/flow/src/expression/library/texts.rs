//! Text.

use std::borrow::Cow;

use minijinja::value::Kwargs;
use minijinja::{Environment, Error, State, Value};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use super::refuse;
use crate::limits;

pub(super) const NAMES: &[&str] = &[
    "escape",
    "indent",
    "urlencode",
    "truncate",
    "strip_prefix",
    "strip_suffix",
    "pad_left",
    "pad_right",
    "slug",
    "words",
    "one_line",
    "urldecode",
    "strip_html",
    "prefix_lines",
];

pub(super) fn install(environment: &mut Environment<'static>) {
    environment.add_filter("escape", escape);
    environment.add_filter("indent", indent);
    environment.add_filter("urlencode", urlencode);
    environment.add_filter("truncate", truncate);
    environment.add_filter("strip_prefix", strip_prefix);
    environment.add_filter("strip_suffix", strip_suffix);
    environment.add_filter("pad_left", pad_left);
    environment.add_filter("pad_right", pad_right);
    environment.add_filter("slug", slug);
    environment.add_filter("words", words);
    environment.add_filter("one_line", one_line);
    environment.add_filter("urldecode", urldecode);
    environment.add_filter("strip_html", strip_html);
    environment.add_filter("prefix_lines", prefix_lines);
}

/// Safe inside HTML, in text and in quoted attributes.
fn escape(text: Cow<'_, str>) -> String {
    const ENTITIES: [(&str, &str); 5] =
        [("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ("\"", "&quot;"), ("'", "&#39;")];
    ENTITIES.iter().fold(text.into_owned(), |text, (plain, entity)| text.replace(plain, entity))
}

/// Every line but the first moved right by so many spaces; empty lines stay empty.
fn indent(state: &State, text: Cow<'_, str>, width: usize) -> Result<String, Error> {
    if width > 1_000 {
        return Err(refuse("the indentation is too large"));
    }
    state.consume_fuel(text.lines().count() as u64 * width as u64 / 64)?;
    let space = " ".repeat(width);
    let moved = text.split('\n').enumerate().map(|(position, line)| match line {
        line if position == 0 || line.is_empty() => line.to_owned(),
        line => format!("{space}{line}"),
    });
    Ok(moved.collect::<Vec<_>>().join("\n"))
}

/// The same before every line.
fn prefix_lines(state: &State, text: Cow<'_, str>, prefix: &str) -> Result<String, Error> {
    let lines = text.split('\n').count();
    state.consume_fuel((text.len() + lines.saturating_mul(prefix.len())) as u64 / 64)?;
    Ok(text.split('\n').map(|line| format!("{prefix}{line}")).collect::<Vec<_>>().join("\n"))
}

/// What may stand in a path as it is.
const PATH: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~').remove(b'/');

fn urlencode(text: Cow<'_, str>) -> String {
    utf8_percent_encode(&text, PATH).to_string()
}

/// At most so many characters, the ending included.
fn truncate(text: Cow<'_, str>, length: usize, options: Kwargs) -> Result<String, Error> {
    let end: Option<String> = options.get("end")?;
    options.assert_all_used()?;
    if text.chars().count() <= length {
        return Ok(text.into_owned());
    }
    let end: String = end.as_deref().unwrap_or("…").chars().take(length).collect();
    let kept = length - end.chars().count();
    Ok(text.chars().take(kept).chain(end.chars()).collect())
}

fn strip_prefix(text: Cow<'_, str>, prefix: &str) -> String {
    text.strip_prefix(prefix).unwrap_or(&text).to_owned()
}

fn strip_suffix(text: Cow<'_, str>, suffix: &str) -> String {
    text.strip_suffix(suffix).unwrap_or(&text).to_owned()
}

fn pad_left(text: Cow<'_, str>, length: usize, with: Option<&str>) -> Result<String, Error> {
    Ok(format!("{}{text}", padding(&text, length, with)?))
}

fn pad_right(text: Cow<'_, str>, length: usize, with: Option<&str>) -> Result<String, Error> {
    Ok(format!("{text}{}", padding(&text, length, with)?))
}

fn padding(text: &str, length: usize, with: Option<&str>) -> Result<String, Error> {
    if length > limits::OUTPUT_BYTES / 4 {
        return Err(refuse("the length is too large"));
    }
    let mut with = with.unwrap_or(" ").chars();
    let (Some(with), None) = (with.next(), with.next()) else {
        return Err(refuse("pad with exactly one character"));
    };
    Ok(std::iter::repeat_n(with, length.saturating_sub(text.chars().count())).collect())
}

/// Lower-case letters and digits, everything else one hyphen.
fn slug(text: Cow<'_, str>) -> String {
    let lower = text.to_lowercase();
    lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect::<Vec<_>>().join("-")
}

fn words(text: Cow<'_, str>) -> Value {
    Value::from(text.split_whitespace().map(Value::from).collect::<Vec<_>>())
}

fn one_line(text: Cow<'_, str>) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn urldecode(text: Cow<'_, str>) -> Result<String, Error> {
    let decoded =
        percent_decode_str(&text).decode_utf8().map_err(|_| refuse("what is encoded is not UTF-8"))?;
    Ok(decoded.into_owned())
}

/// Text without tags, the five basic entities decoded.
fn strip_html(state: &State, html: Cow<'_, str>) -> Result<String, Error> {
    state.consume_fuel(html.len() as u64 / 16)?;
    let mut text = String::with_capacity(html.len());
    let mut inside = false;
    for c in html.chars() {
        match (c, inside) {
            ('<', false) => inside = true,
            ('>', true) => inside = false,
            (c, false) => text.push(c),
            _ => {}
        }
    }
    const ENTITIES: [(&str, &str); 7] = [
        ("&nbsp;", " "),
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#39;", "'"),
        ("&apos;", "'"),
        ("&amp;", "&"),
    ];
    Ok(ENTITIES.iter().fold(text, |text, (entity, plain)| text.replace(entity, plain)))
}
