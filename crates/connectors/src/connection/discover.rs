//! Discovery: the fields and values that an instance has beside those of its manifest.

use serde::Deserialize;
use serde_json::Value;
use throughline_domain::ErrorCode;
use throughline_flow::{EntitySchema, EnumValue, FieldKind, FieldSchema};

use super::Connection;
use super::operation::Operation;
use super::values::text_of;
use crate::failure::Failure;
use crate::manifest::{DiscoveredField, DiscoveredValues, Discovery, Found};
use crate::recorder::Recorder;
use crate::template::{Expression, Scope, TemplateError};

impl Connection {
    /// The fields that the manifest states and those that the instance has. Remembered.
    pub async fn discover(&self, entity: &str, rec: &Recorder) -> Result<EntitySchema, Failure> {
        let known = self.entity(entity)?;
        let mut schema = known.schema(entity);
        let stated = schema.fields.len();
        for discovery in &known.discovery {
            match self.found_by(discovery, rec).await {
                Ok(items) => self
                    .take_in(&mut schema, stated, &discovery.found, &items)
                    .map_err(|e| self.template_fault(&e))?,
                Err(failure) if discovery.optional && is_refusal(failure.code) => {}
                Err(failure) => return Err(failure),
            }
        }
        self.remember(schema.clone());
        Ok(schema)
    }

    async fn found_by(&self, discovery: &Discovery, rec: &Recorder) -> Result<Vec<Value>, Failure> {
        let reply = self.call(&discovery.request, &self.scope, Operation::Discover, rec).await?;
        let selected = self.select(&reply, discovery.select.as_ref(), Operation::Discover);
        let items = match selected {
            Ok((Value::Array(items), _)) => items.clone(),
            Err(failure) if !discovery.optional => return Err(failure),
            Ok(_) | Err(_) => Vec::new(),
        };
        let Some(each) = &discovery.each else { return Ok(items) };
        let mut found = Vec::new();
        for item in &items {
            let reply =
                self.call(&each.request, &self.scope.with("item", item), Operation::Discover, rec).await?;
            match self.select(&reply, each.select.as_ref(), Operation::Discover)?.0 {
                Value::Array(inner) => found.extend(inner.iter().cloned()),
                one => found.push(one.clone()),
            }
        }
        Ok(found)
    }

    fn take_in(
        &self,
        schema: &mut EntitySchema,
        stated: usize,
        found: &Found,
        items: &[Value],
    ) -> Result<(), TemplateError> {
        for item in items {
            let scope = self.scope.with("item", item);
            match found {
                Found::Values(values) => add_value(schema, values, &scope)?,
                Found::Fields(field) => {
                    if let Some(field) = read_field(field, &scope)? {
                        add_field(schema, stated, field);
                    }
                }
            }
        }
        Ok(())
    }
}

/// What an optional discovery may meet.
const fn is_refusal(code: ErrorCode) -> bool {
    matches!(code, ErrorCode::PermissionDenied | ErrorCode::EndpointNotFound | ErrorCode::CredentialsRefused)
}

/// A found field replaces what the manifest states about it; among found ones the first wins.
fn add_field(schema: &mut EntitySchema, stated: usize, field: FieldSchema) {
    match schema.fields.iter().position(|known| known.path == field.path) {
        Some(at) if at < stated => {
            if let Some(known) = schema.fields.get_mut(at) {
                *known = field;
            }
        }
        Some(_) => {}
        None => schema.fields.push(field),
    }
}

fn add_value(
    schema: &mut EntitySchema,
    values: &DiscoveredValues,
    scope: &Scope,
) -> Result<(), TemplateError> {
    let Some(field) = schema.fields.iter_mut().find(|field| field.path == values.of) else { return Ok(()) };
    let value = values.value.render(scope)?.unwrap_or_default();
    if !value.is_null() && !field.values.iter().any(|known| known.value == value) {
        field.values.push(EnumValue { value, label: values.label.render(scope)? });
    }
    Ok(())
}

fn read_field(field: &DiscoveredField, scope: &Scope) -> Result<Option<FieldSchema>, TemplateError> {
    if !field.when.as_ref().map_or(Ok(true), |when| when.holds(scope))? {
        return Ok(None);
    }
    let holds =
        |expression: Option<&Expression>| expression.map_or(Ok(false), |expression| expression.holds(scope));
    let path = field.path.render(scope)?;
    if path.is_empty() {
        return Ok(None);
    }
    let kind = field.kind.render(scope)?;
    Ok(Some(FieldSchema {
        path,
        label: field.label.render(scope)?,
        kind: FieldKind::from_word(&kind).unwrap_or(FieldKind::Text),
        required: holds(field.required.as_ref())?,
        read_only: holds(field.read_only.as_ref())?,
        custom: holds(field.custom.as_ref())?,
        values: match &field.values {
            Some(values) => values_of(values.json(scope)?.unwrap_or_default()),
            None => Vec::new(),
        },
    }))
}

/// `[{value, label}]`, or plain values; other members are ignored, and so is what is no such list.
fn values_of(list: Value) -> Vec<EnumValue> {
    #[derive(Deserialize)]
    struct Listed {
        value: Value,
        #[serde(default)]
        label: Option<String>,
    }
    let Value::Array(items) = list else { return Vec::new() };
    let listed = items.into_iter().filter_map(|item| match item {
        Value::String(_) | Value::Number(_) => Some(Listed { value: item, label: None }),
        item => serde_json::from_value(item).ok(),
    });
    listed
        .map(|Listed { value, label }| EnumValue { label: label.unwrap_or_else(|| text_of(&value)), value })
        .collect()
}
