//! A query typed by hand: it may ask for fields by name, where an action asks for whole records.

use std::collections::HashSet;
use std::fmt;

use serde_json::{Map, Value};

use super::{Query, display};
use crate::path::FieldPath;

/// What a person asks of a system. `Display` writes its text, [`super::select`] reads it back.
#[derive(Debug, Clone, PartialEq)]
pub struct Selection {
    /// The fields that are asked for; whole records when empty.
    pub fields: Vec<FieldPath>,
    /// Of which records.
    pub query: Query,
}

impl Selection {
    /// Every field that must be read to answer: those asked for, those compared, and those ordered by. None when whole
    /// records are asked for.
    pub fn reads(&self) -> Option<Vec<&FieldPath>> {
        if self.fields.is_empty() {
            return None;
        }
        let mut reads: Vec<&FieldPath> = self.fields.iter().collect();
        if let Some(condition) = &self.query.condition {
            condition.walk("", &mut |_, comparison| reads.push(&comparison.field));
        }
        reads.extend(self.query.order_by.iter().map(|order| &order.field));
        let mut seen = HashSet::new();
        reads.retain(|field| seen.insert(*field));
        Some(reads)
    }

    /// What of a record's fields was asked for. A field that the record does not have is left out.
    pub fn project(&self, fields: &Value) -> Value {
        if self.fields.is_empty() {
            return fields.clone();
        }
        let mut kept = Map::new();
        for field in &self.fields {
            if let Some(value) = field.find(fields) {
                field.put(&mut kept, value.clone());
            }
        }
        Value::Object(kept)
    }
}

impl fmt::Display for Selection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        display::write_query(f, &self.fields, &self.query)
    }
}
