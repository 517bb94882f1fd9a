//! The list's query: every parameter is known or refused.

use serde_json::{Map, Value};

use crate::partners::{
    input::{moment, number, several},
    problem::Problem,
};

/// What a list asks for.
#[derive(Debug, Clone)]
pub(super) struct ListQuery {
    any_of: Vec<(String, Vec<String>)>,
    contains: Vec<(&'static str, String)>,
    since: Vec<(&'static str, String)>,
    before: Option<String>,
    pub(super) sort: Sort,
    pub(super) limit: usize,
    pub(super) offset: usize,
}

/// The order of a list.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sort {
    pub(super) field: &'static str,
    pub(super) descending: bool,
}

impl ListQuery {
    /// Reads the pairs of a query string.
    pub(super) fn read(pairs: &[(String, String)]) -> Result<Self, Problem> {
        let sort = Sort { field: "updated_at", descending: false };
        let mut query = Self {
            any_of: Vec::new(),
            contains: Vec::new(),
            since: Vec::new(),
            before: None,
            sort,
            limit: 50,
            offset: 0,
        };
        for (name, value) in pairs {
            query.take(name, value)?;
        }
        Ok(query)
    }

    fn take(&mut self, name: &str, value: &str) -> Result<(), Problem> {
        match name {
            "project_id" | "status_id" | "priority_id" | "category" | "external_id" | "number" => {
                self.any_of.push((name.to_owned(), several(value)));
            }
            "subject_contains" => self.contains.push(("subject", value.to_lowercase())),
            "description_contains" => self.contains.push(("description", value.to_lowercase())),
            "updated_since" => self.since.push(("updated_at", moment(name, value)?)),
            "created_since" => self.since.push(("created_at", moment(name, value)?)),
            "updated_before" => self.before = Some(moment(name, value)?),
            "sort" => self.sort = Sort::read(value)?,
            "limit" => self.limit = number(name, value, 1, 200)?,
            "offset" => self.offset = number(name, value, 0, usize::MAX)?,
            _ => return Err(Problem::unknown_parameter(name)),
        }
        Ok(())
    }

    /// The external ids asked for, so that an index can answer.
    pub(super) fn external_ids(&self) -> Option<&[String]> {
        self.any_of.iter().find(|(name, _)| name == "external_id").map(|(_, values)| values.as_slice())
    }

    /// Whether an incident is asked for.
    pub(super) fn wants(&self, incident: &Map<String, Value>) -> bool {
        let text = |field: &str| incident.get(field).and_then(Value::as_str).unwrap_or_default();
        self.any_of.iter().all(|(name, values)| values.contains(&plain(incident.get(name))))
            && self.contains.iter().all(|(field, part)| text(field).to_lowercase().contains(part))
            && self.since.iter().all(|(field, moment)| text(field) >= moment.as_str())
            && self.before.as_deref().is_none_or(|moment| text("updated_at") < moment)
    }
}

impl Sort {
    fn read(value: &str) -> Result<Self, Problem> {
        let (name, descending) = match value.strip_prefix('-') {
            Some(name) => (name, true),
            None => (value, false),
        };
        let known = ["updated_at", "number", "created_at"].into_iter().find(|field| *field == name);
        let field =
            known.ok_or_else(|| Problem::bad_parameter("sort", "updated_at, number or created_at"))?;
        Ok(Self { field, descending })
    }
}

fn plain(value: Option<&Value>) -> String {
    match value {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Null) | None => String::new(),
        Some(other) => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(pairs: &[(&str, &str)]) -> Result<ListQuery, Problem> {
        let pairs: Vec<_> = pairs.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect();
        ListQuery::read(&pairs)
    }

    #[test]
    fn conditions_are_combined() {
        let incident = json!({"project_id": "itsm", "status_id": 1, "subject": "Disk LOW", "updated_at": "2026-01-05T10:00:00.000Z"});
        let wants = |pairs: &[(&str, &str)]| read(pairs).unwrap().wants(incident.as_object().unwrap());
        assert!(wants(&[
            ("status_id", "1,2"),
            ("subject_contains", "low"),
            ("updated_since", "2026-01-05T10:00:00Z")
        ]));
        assert!(!wants(&[("updated_before", "2026-01-05T12:00:00+02:00")]));
        assert!(!wants(&[("project_id", "ops")]));
    }

    #[test]
    fn what_is_not_known_is_refused() {
        assert!(read(&[("colour", "red")]).is_err());
        assert!(read(&[("limit", "0")]).is_err());
        assert!(read(&[("sort", "subject")]).is_err());
        assert!(read(&[("updated_since", "yesterday")]).is_err());
    }
}
