//! From what a system shows to a record.

use serde_json::{Map, Value};
use throughline_domain::ErrorCode;
use throughline_flow::Record;

use super::Connection;
use crate::failure::Failure;
use crate::manifest::{Entity, Listen};
use crate::template::{Scope, Template, Text};

/// How records of one kind are made.
pub(super) struct Recipe<'a> {
    name: &'a str,
    entity: &'a Entity,
    key: &'a Text,
    version: Option<&'a Text>,
    url: Option<&'a Text>,
    shape: Option<&'a Template>,
}

impl<'a> Recipe<'a> {
    /// As the entity says.
    pub(super) fn of(name: &'a str, entity: &'a Entity) -> Self {
        let (version, url, shape) = (entity.version.as_ref(), entity.url.as_ref(), entity.shape.as_ref());
        Self { name, entity, key: &entity.key, version, url, shape }
    }

    /// As the listener says, and the entity where it does not.
    pub(super) fn pushed(name: &'a str, entity: &'a Entity, listen: &'a Listen) -> Self {
        let recipe = Self::of(name, entity);
        Self {
            key: listen.key.as_ref().unwrap_or(recipe.key),
            version: listen.version.as_ref().or(recipe.version),
            url: listen.url.as_ref().or(recipe.url),
            shape: listen.shape.as_ref().or(recipe.shape),
            ..recipe
        }
    }
}

impl Connection {
    /// The record that `raw` shows. `pointer` is where it stands, for the message.
    pub(super) fn record(
        &self,
        recipe: &Recipe<'_>,
        raw: &Value,
        scope: &Scope,
        pointer: &str,
    ) -> Result<Record, Failure> {
        let scope = scope.with("raw", raw);
        let fault = |error| self.template_fault(&error).pointing(pointer);
        let key = recipe.key.render(&scope).map_err(fault)?;
        if key.is_empty() {
            let message = format!("A record of {} at {pointer} has no key.", self.manifest.title);
            return Err(Failure::new(ErrorCode::RecordKeyMissing, message).pointing(pointer));
        }
        let some = |text: Option<&Text>, scope: &Scope| match text {
            Some(text) => text.render_some(scope).map_err(fault),
            None => Ok(None),
        };
        let mut fields = match raw {
            Value::Object(members) => members.clone(),
            other => Map::from_iter([("value".to_owned(), other.clone())]),
        };
        if let Some(Value::Object(shaped)) =
            recipe.shape.map(|shape| shape.render(&scope)).transpose().map_err(fault)?.flatten()
        {
            fields.extend(shaped);
        }
        self.add_labels(recipe.name, recipe.entity, &mut fields);
        let scope = scope.with("key", &key);
        Ok(Record {
            version: some(recipe.version, &scope)?,
            url: some(recipe.url, &scope)?,
            key,
            fields: Value::Object(fields),
        })
    }
}
