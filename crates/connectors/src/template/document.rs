//! JSON documents whose strings are templates.

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

use super::expression::{Expression, TemplateError};
use super::scope::Scope;
use super::text::Text;

/// The member whose value, an object, is poured into the object around it.
const SPREAD: &str = "...";

/// A JSON document. A string that is one `{{ expression }}` becomes its value, of any type; an undefined one is left out of the
/// object or list around it. The member `...` pours an object into the one around it.
pub(crate) struct Template(Node);

enum Node {
    Literal(Value),
    Expression(Expression),
    Text(Text),
    List(Vec<Node>),
    Object(Vec<(String, Node)>),
}

impl Template {
    /// Compiles every string of the document.
    pub(crate) fn compile(document: &Value) -> Result<Self, TemplateError> {
        Node::compile(document).map(Self)
    }

    /// The document; `None` when all of it is undefined.
    pub(crate) fn render(&self, scope: &Scope) -> Result<Option<Value>, TemplateError> {
        self.0.render(scope)
    }

    /// The document as a parameter: text, or nothing for undefined and null.
    pub(crate) fn render_parameter(&self, scope: &Scope) -> Result<Option<String>, TemplateError> {
        Ok(match self.render(scope)? {
            None | Some(Value::Null) => None,
            Some(Value::String(text)) => Some(text),
            Some(other) => Some(other.to_string()),
        })
    }
}

impl Node {
    fn compile(document: &Value) -> Result<Self, TemplateError> {
        Ok(match document {
            Value::String(text) if text.contains("{{") || text.contains("{%") => {
                Text::compile(text)?.into_expression().map_or_else(Self::Text, Self::Expression)
            }
            Value::Array(items) => Self::List(items.iter().map(Self::compile).collect::<Result<_, _>>()?),
            Value::Object(members) => Self::Object(
                members
                    .iter()
                    .map(|(name, member)| Ok((name.clone(), Self::compile(member)?)))
                    .collect::<Result<_, _>>()?,
            ),
            plain => Self::Literal(plain.clone()),
        })
    }

    fn render(&self, scope: &Scope) -> Result<Option<Value>, TemplateError> {
        match self {
            Self::Literal(value) => Ok(Some(value.clone())),
            Self::Expression(expression) => expression.json(scope),
            Self::Text(text) => text.render(scope).map(|text| Some(Value::String(text))),
            Self::List(items) => {
                let items = items.iter().filter_map(|item| item.render(scope).transpose());
                items.collect::<Result<_, _>>().map(|items| Some(Value::Array(items)))
            }
            Self::Object(members) => object(members, scope).map(|members| Some(Value::Object(members))),
        }
    }
}

fn object(members: &[(String, Node)], scope: &Scope) -> Result<Map<String, Value>, TemplateError> {
    let mut object = Map::new();
    for (name, member) in members {
        match member.render(scope)? {
            Some(Value::Object(inner)) if name == SPREAD => object.extend(inner),
            Some(_) if name == SPREAD => {}
            Some(value) => {
                object.insert(name.clone(), value);
            }
            None => {}
        }
    }
    Ok(object)
}

impl fmt::Debug for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Template")
    }
}

impl<'de> Deserialize<'de> for Template {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let document = Value::deserialize(deserializer)?;
        Self::compile(&document).map_err(serde::de::Error::custom)
    }
}

impl JsonSchema for Template {
    fn schema_name() -> Cow<'static, str> {
        "Template".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"description": "Any value; its strings may be {{ expressions }}. The member `...` pours an object into the one around it."})
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn values_keep_their_type_and_undefined_ones_are_left_out() {
        let scope =
            Scope::default().with("f", &json!({"a": 1, "b": [true, null], "big": 9_007_199_254_740_993_i64}));
        let template = Template::compile(&json!({
            "one": "{{ f.a }}", "text": "n{{ f.a }}", "none": "{{ f.zzz }}", "list": ["{{ f.b }}", "{{ f.zzz }}"],
            "...": "{{ f }}", "plain": {"x": 1.5}
        }));
        let rendered = template.unwrap().render(&scope).unwrap().unwrap();
        assert_eq!(
            rendered,
            json!({"one": 1, "text": "n1", "list": [[true, null]], "a": 1, "b": [true, null],
                   "big": 9_007_199_254_740_993_i64, "plain": {"x": 1.5}})
        );
    }
}
