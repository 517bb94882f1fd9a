//! Lists from lists, item by item.

use std::borrow::Cow;
use std::collections::BTreeSet;

use serde_json::Value;
use throughline_domain::ErrorCode;

use super::compile::Maker;
use super::make::{Failure, From, Inputs, Item};
use crate::filter::{Filter, same};
use crate::limits;
use crate::path::FieldPath;

/// A compiled list rule.
#[derive(Debug)]
pub(super) struct ListMaker {
    pub(super) path: FieldPath,
    pub(super) split: Option<String>,
    pub(super) filter: Option<Filter>,
    pub(super) item: Option<Maker>,
    pub(super) unique: bool,
    pub(super) join: Option<String>,
    pub(super) default: Option<Value>,
}

impl ListMaker {
    /// The paths of the record that are read; those of the item are not.
    pub(super) fn paths(&self, found: &mut BTreeSet<FieldPath>) {
        let mut inside = BTreeSet::new();
        inside.extend(self.filter.iter().flat_map(|filter| filter.fields().iter().cloned()));
        if let Some(item) = &self.item {
            item.paths(&mut inside);
        }
        found.extend(inside.into_iter().filter(|path| !is_of_item(path)));
        found.insert(self.path.clone());
    }

    /// The list, or the text that it is joined into.
    pub(super) fn make(&self, inputs: &Inputs<'_>, from: &mut From) -> Result<Value, Failure> {
        let seen = inputs.note(&self.path, from);
        let given = match (seen, &self.default) {
            (Some(value), None) => value,
            (Some(value), Some(_)) if !value.is_null() => value,
            (_, Some(default)) => return Ok(default.clone()),
            (None, None) => return Err(Failure::missing(&self.path)),
        };
        if given.is_null() {
            return Ok(Value::Null);
        }
        let mut list: Vec<Value> = Vec::new();
        for (index, item) in self.items(given, inputs)?.into_iter().enumerate() {
            if let Some(value) = self.one(&item, index, inputs, from)?
                && !(self.unique && list.iter().any(|known| same(known, &value)))
            {
                list.push(value);
            }
        }
        Ok(match &self.join {
            Some(between) => Value::String(joined(&list, between)),
            None => Value::Array(list),
        })
    }

    fn items<'v>(&self, given: &'v Value, inputs: &Inputs<'_>) -> Result<Vec<Cow<'v, Value>>, Failure> {
        let items: Vec<_> = match (given, &self.split) {
            (Value::Array(items), _) => items.iter().map(Cow::Borrowed).collect(),
            (Value::String(text), Some(between)) => {
                let parts = text.split(between.as_str()).map(str::trim).filter(|part| !part.is_empty());
                parts.map(|part| Cow::Owned(Value::from(part))).collect()
            }
            (Value::String(text), None) if text.is_empty() => Vec::new(),
            (single, _) => vec![Cow::Borrowed(single)],
        };
        let count = u32::try_from(items.len()).unwrap_or(u32::MAX);
        let worked_on = inputs.machine.items.get().saturating_add(count);
        inputs.machine.items.set(worked_on);
        if items.len() > limits::LIST_ITEMS || worked_on > limits::RECORD_ITEMS {
            let message = format!(
                "a list rule works on at most {} items, and those of a record on {}",
                limits::LIST_ITEMS,
                limits::RECORD_ITEMS
            );
            return Err(Failure { code: ErrorCode::FuelExhausted, message, seen: None });
        }
        Ok(items)
    }

    /// What becomes of one item; `None` when it is left out.
    fn one(
        &self,
        item: &Value,
        index: usize,
        outer: &Inputs<'_>,
        from: &mut From,
    ) -> Result<Option<Value>, Failure> {
        let index_value = Value::from(index);
        let inputs = Inputs { item: Some(Item { value: item, index: &index_value }), ..*outer };
        if self.filter.as_ref().is_some_and(|filter| !filter.holds(&inputs, outer.machine.now)) {
            return Ok(None);
        }
        let Some(maker) = &self.item else { return Ok(Some(item.clone())) };
        maker.make(&inputs, from).map_err(|failure| Failure {
            message: format!("item {index}: {}", failure.message),
            seen: failure.seen.or_else(|| Some(item.clone())),
            code: failure.code,
        })
    }
}

/// Whether a path is about the item of a list.
pub(super) fn is_of_item(path: &FieldPath) -> bool {
    matches!(path.head(), "item" | "index")
}

/// Texts as they are, other values as JSON, nulls not at all.
fn joined(list: &[Value], between: &str) -> String {
    let texts = list.iter().filter(|item| !item.is_null()).map(|item| match item {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    });
    texts.collect::<Vec<_>>().join(between)
}
