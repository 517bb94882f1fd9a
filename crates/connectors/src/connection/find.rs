//! Correlation search: is this record in the target already?

use serde_json::Value;
use throughline_flow::uql::Query;
use throughline_flow::{Condition, FieldPath, Operator, Record};

use super::Connection;
use super::query::NativeQuery;
use super::values::text_of;
use crate::failure::Failure;
use crate::recorder::Recorder;

impl Connection {
    /// Whether [`Connection::find`] can search by this field: the manifest pushes `eq` on it down.
    pub fn is_searchable(&self, entity: &str, field: &str) -> bool {
        self.search(entity, field, &Value::from("x")).is_ok_and(|query| query.is_some())
    }

    /// The records whose field has exactly this value. Fails with `configuration_unusable` where the system cannot be searched so:
    /// ask [`Connection::is_searchable`] first.
    pub async fn find(
        &self,
        entity: &str,
        field: &str,
        value: &Value,
        rec: &Recorder,
    ) -> Result<Vec<Record>, Failure> {
        let query = self.search(entity, field, value)?;
        let title = &self.manifest.title;
        let query = query
            .ok_or_else(|| Failure::configuration(format!("{title} cannot be searched by `{field}`.")))?;
        let path = path_of(field)?;
        let mut page = self.fetch(&query, None, rec).await?;
        // Whether the one that cannot be read is the one that is looked for, nobody knows.
        if let Some(failure) = page.unreadable.pop() {
            return Err(failure);
        }
        let (found, others): (Vec<_>, Vec<_>) =
            page.records.into_iter().partition(|record| has(record, &path, value));
        if page.next.is_some() && !others.is_empty() {
            let message = format!(
                "{title} ignores the search by `{field}`. Allow this field as a filter there, or correlate by another one."
            );
            return Err(Failure::configuration(message));
        }
        Ok(found)
    }

    /// The search, if the system can do it by itself.
    fn search(&self, entity: &str, field: &str, value: &Value) -> Result<Option<NativeQuery>, Failure> {
        let condition = Condition::test(path_of(field)?, Operator::Eq, value.clone());
        let query = Query {
            entity: entity.to_owned(),
            condition: Some(condition),
            order_by: Vec::new(),
            limit: None,
        };
        Ok(Some(self.compile(entity, &query)?).filter(|native| !native.pushed().is_empty()))
    }
}

fn path_of(field: &str) -> Result<FieldPath, Failure> {
    field.parse().map_err(|error| Failure::configuration(format!("`{field}` is no field: {error}.")))
}

/// Whether the field has this value; numbers and their texts are the same, case is not.
fn has(record: &Record, path: &FieldPath, value: &Value) -> bool {
    path.find(&record.fields).is_some_and(|found| text_of(found) == text_of(value))
}
