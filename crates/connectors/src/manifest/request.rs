//! Requests.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer};

use crate::template::{Scope, Template, TemplateError, Text};

/// A request to the system.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RequestTemplate {
    #[serde(default)]
    pub(crate) method: Method,
    /// Added to the system's address; each expression is one segment, unless it ends in `| path`. A whole address replaces it.
    pub(crate) path: Text,
    /// Query parameters; undefined and null ones are left out.
    #[serde(default)]
    pub(crate) query: Parameters,
    #[serde(default)]
    pub(crate) headers: BTreeMap<String, Text>,
    /// The JSON body.
    #[serde(default)]
    pub(crate) body: Option<Template>,
    /// A form instead of a JSON body.
    #[serde(default)]
    pub(crate) form: Option<Parameters>,
}

/// Named values: of a query, or of a form. Names are templates too; undefined and null values are left out.
#[derive(Debug, Default, JsonSchema)]
#[schemars(transparent)]
pub(crate) struct Parameters(#[schemars(with = "BTreeMap<String, Template>")] Vec<(Text, Template)>);

impl Parameters {
    /// Names and values.
    pub(crate) fn render(&self, scope: &Scope) -> Result<Vec<(String, String)>, TemplateError> {
        let mut pairs = Vec::new();
        for (name, value) in &self.0 {
            if let (name, Some(value)) = (name.render(scope)?, value.render_parameter(scope)?) {
                pairs.push((name, value));
            }
        }
        Ok(pairs)
    }

    /// How many there are, before any is left out.
    pub(crate) const fn len(&self) -> usize {
        self.0.len()
    }
}

impl<'de> Deserialize<'de> for Parameters {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let pairs = BTreeMap::<String, Template>::deserialize(deserializer)?;
        let pairs = pairs.into_iter().map(|(name, value)| Ok((Text::compile(&name)?, value)));
        pairs.collect::<Result<_, TemplateError>>().map(Self).map_err(serde::de::Error::custom)
    }
}

/// HTTP methods.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub(crate) enum Method {
    #[default]
    Get,
    Post,
    Put,
    Patch,
}

impl From<Method> for reqwest::Method {
    fn from(method: Method) -> Self {
        match method {
            Method::Get => Self::GET,
            Method::Post => Self::POST,
            Method::Put => Self::PUT,
            Method::Patch => Self::PATCH,
        }
    }
}
