//! Texts with expressions inside.

use std::borrow::Cow;
use std::fmt;

use minijinja::value::ValueKind;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer};

use super::expression::{Expression, TemplateError};
use super::scope::Scope;

/// What stays as it is in one segment of a path (RFC 3986 unreserved).
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A text with `{{ expressions }}` inside. What is undefined or null becomes nothing.
pub(crate) struct Text {
    source: String,
    parts: Vec<Part>,
}

enum Part {
    Literal(String),
    Value(Expression),
}

impl Text {
    /// Compiles the source.
    pub(crate) fn compile(source: &str) -> Result<Self, TemplateError> {
        if source.contains("{%") || source.contains("{#") {
            return Err(TemplateError::new(source, "only {{ expressions }} are allowed, no statements"));
        }
        let mut parts = Vec::new();
        let mut rest = source;
        while let Some(open) = rest.find("{{") {
            let (expression, after) = first_expression(&rest[open + 2..])?;
            parts.push(Part::Literal(rest[..open].to_owned()));
            parts.push(Part::Value(expression));
            rest = after;
        }
        parts.push(Part::Literal(rest.to_owned()));
        parts.retain(|part| !matches!(part, Part::Literal(text) if text.is_empty()));
        Ok(Self { source: source.to_owned(), parts })
    }

    /// The text.
    pub(crate) fn render(&self, scope: &Scope) -> Result<String, TemplateError> {
        self.render_with(scope, |value| Ok(value.to_string()))
    }

    /// The text, or nothing when it is empty.
    pub(crate) fn render_some(&self, scope: &Scope) -> Result<Option<String>, TemplateError> {
        Ok(Some(self.render(scope)?).filter(|text| !text.is_empty()))
    }

    /// The text as a path: what comes from expressions is one segment each, unless the filter `path` says otherwise.
    pub(crate) fn render_path(&self, scope: &Scope) -> Result<String, TemplateError> {
        self.render_with(scope, |value| {
            let text = value.to_string();
            match (value.is_safe(), text.as_str()) {
                (true, _) => Ok(text),
                (false, "." | "..") => {
                    Err(TemplateError::new(&self.source, format!("`{text}` cannot be part of an address")))
                }
                (false, _) => Ok(utf8_percent_encode(&text, SEGMENT).to_string()),
            }
        })
    }

    fn render_with(
        &self,
        scope: &Scope,
        write: impl Fn(&minijinja::Value) -> Result<String, TemplateError>,
    ) -> Result<String, TemplateError> {
        let mut text = String::new();
        for part in &self.parts {
            match part {
                Part::Literal(literal) => text.push_str(literal),
                Part::Value(expression) => {
                    let value = expression.eval(scope)?;
                    if !matches!(value.kind(), ValueKind::Undefined | ValueKind::None) {
                        text.push_str(&write(&value)?);
                    }
                }
            }
        }
        Ok(text)
    }

    /// The expression, if the text is nothing but one.
    pub(super) fn into_expression(mut self) -> Result<Expression, Self> {
        match (self.parts.len(), self.parts.pop()) {
            (1, Some(Part::Value(expression))) => Ok(expression),
            (_, last) => {
                self.parts.extend(last);
                Err(self)
            }
        }
    }
}

/// The expression at the beginning of `text`, up to the first `}}` that ends it, and what follows.
fn first_expression(text: &str) -> Result<(Expression, &str), TemplateError> {
    let mut fault = TemplateError::new(text, "`}}` is missing");
    for (end, _) in text.match_indices("}}") {
        match Expression::compile(text[..end].trim()) {
            Ok(expression) => return Ok((expression, &text[end + 2..])),
            Err(error) => fault = error,
        }
    }
    Err(fault)
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.source, f)
    }
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let source = String::deserialize(deserializer)?;
        Self::compile(&source).map_err(serde::de::Error::custom)
    }
}

impl JsonSchema for Text {
    fn schema_name() -> Cow<'static, str> {
        "Text".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": "string", "description": "A text with {{ expressions }} inside"})
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn render(source: &str) -> String {
        let scope = Scope::default().with("a", &json!({"b": "x/y", "n": 3})).with("dots", "..");
        Text::compile(source).unwrap().render(&scope).unwrap()
    }

    #[test]
    fn expressions_are_filled_in() {
        assert_eq!(render("1 {{ a.b }} 2"), "1 x/y 2");
        assert_eq!(render("{{ {'k': {'l': a.n}}['k'].l }}"), "3");
        assert_eq!(render("{{ '}}' }}{{ a.missing.deeper }}"), "}}");
    }

    #[test]
    fn path_segments_are_encoded() {
        let scope = Scope::default().with("key", "a/b?c").with("way", "x/y").with("dots", "..");
        let path = |source: &str| Text::compile(source).unwrap().render_path(&scope);
        assert_eq!(path("/i/{{ key }}.json").unwrap(), "/i/a%2Fb%3Fc.json");
        assert_eq!(path("/{{ way | path }}/z").unwrap(), "/x/y/z");
        assert!(path("/{{ dots }}/z").is_err());
    }

    #[test]
    fn faults_show_when_compiled() {
        assert!(Text::compile("{{ a").is_err() && Text::compile("{% if a %}").is_err());
        assert!(Text::compile("{{ a | no_such_filter }}").is_ok(), "known only when evaluated");
    }
}
