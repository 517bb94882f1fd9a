//! Expressions.

use std::borrow::Cow;
use std::fmt;

use minijinja::value::ValueKind;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use super::environment::ENVIRONMENT;
use super::scope::Scope;

/// A template failed while it was compiled or evaluated.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{source_text}`: {reason}")]
pub(crate) struct TemplateError {
    pub(crate) source_text: String,
    pub(crate) reason: String,
}

impl TemplateError {
    pub(super) fn new(source_text: &str, reason: impl fmt::Display) -> Self {
        Self { source_text: source_text.to_owned(), reason: reason.to_string() }
    }

    pub(super) fn of(source_text: &str, error: &minijinja::Error) -> Self {
        let reason = error
            .detail()
            .map_or_else(|| error.kind().to_string(), |detail| format!("{}: {detail}", error.kind()));
        Self::new(source_text, reason)
    }
}

/// One compiled expression, such as `status == 422 and body.errors`.
pub(crate) struct Expression {
    source: String,
    compiled: minijinja::Expression<'static, 'static>,
}

impl Expression {
    /// Compiles the source, without `{{ }}`.
    pub(crate) fn compile(source: &str) -> Result<Self, TemplateError> {
        let compiled = ENVIRONMENT.compile_expression_owned(source.to_owned());
        let compiled = compiled.map_err(|error| TemplateError::of(source, &error))?;
        Ok(Self { source: source.to_owned(), compiled })
    }

    pub(super) fn eval(&self, scope: &Scope) -> Result<minijinja::Value, TemplateError> {
        self.compiled.eval(scope.value()).map_err(|error| TemplateError::of(&self.source, &error))
    }

    /// The value as JSON; `None` when it is undefined.
    pub(crate) fn json(&self, scope: &Scope) -> Result<Option<Value>, TemplateError> {
        let value = self.eval(scope)?;
        if value.kind() == ValueKind::Undefined {
            return Ok(None);
        }
        serde_json::to_value(&value).map(Some).map_err(|error| TemplateError::new(&self.source, error))
    }

    /// Whether the value counts as true.
    pub(crate) fn holds(&self, scope: &Scope) -> Result<bool, TemplateError> {
        Ok(self.eval(scope)?.is_true())
    }
}

impl fmt::Debug for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{{{{ {} }}}}", self.source)
    }
}

impl<'de> Deserialize<'de> for Expression {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let source = String::deserialize(deserializer)?;
        Self::compile(&source).map_err(serde::de::Error::custom)
    }
}

impl JsonSchema for Expression {
    fn schema_name() -> Cow<'static, str> {
        "Expression".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": "string", "description": "An expression, without braces: status == 422 and 'x' in body.errors"})
    }
}
