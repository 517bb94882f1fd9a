//! The incidents themselves.

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::query::ListQuery;

/// An incident and what was said about it.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Incident {
    pub(super) fields: Map<String, Value>,
    pub(super) comments: Vec<Comment>,
}

/// One comment.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Comment {
    pub(super) id: usize,
    pub(super) text: String,
    pub(super) internal: bool,
    pub(super) author: String,
    pub(super) created_at: String,
}

/// All incidents, by number, with an index of the external ids.
#[derive(Debug, Default)]
pub(super) struct Book {
    incidents: BTreeMap<String, Incident>,
    by_external_id: HashMap<String, Vec<String>>,
}

impl Incident {
    /// A text field, when it has one.
    pub(super) fn text(&self, field: &str) -> Option<&str> {
        self.fields.get(field).and_then(Value::as_str)
    }

    pub(super) fn version(&self) -> u64 {
        self.fields.get("version").and_then(Value::as_u64).unwrap_or(0)
    }

    /// Takes the given fields over; notes become a comment.
    pub(super) fn apply(&mut self, given: &Map<String, Value>, author: &str, at: &str) {
        for (name, value) in given.iter().filter(|(name, _)| name.as_str() != "notes") {
            self.fields.insert(name.clone(), value.clone());
        }
        self.fields.insert("updated_at".into(), at.into());
        self.fields.insert("version".into(), json!(self.version() + 1));
        if let Some(text) = given.get("notes").and_then(Value::as_str).filter(|text| !text.is_empty()) {
            self.comment(text, false, author, at);
        }
    }

    /// Adds a comment.
    pub(super) fn comment(&mut self, text: &str, internal: bool, author: &str, at: &str) -> Comment {
        let comment = Comment {
            id: self.comments.len() + 1,
            text: text.to_owned(),
            internal,
            author: author.to_owned(),
            created_at: at.to_owned(),
        };
        self.comments.push(comment.clone());
        comment
    }
}

impl Book {
    pub(super) fn len(&self) -> usize {
        self.incidents.len()
    }

    pub(super) fn get(&self, number: &str) -> Option<&Incident> {
        self.incidents.get(number)
    }

    pub(super) fn all(&self) -> impl DoubleEndedIterator<Item = &Incident> {
        self.incidents.values()
    }

    /// Opens an incident with the next number and the defaults of the desk.
    pub(super) fn open(
        &mut self,
        given: &Map<String, Value>,
        author: &str,
        at: &str,
        control: &str,
    ) -> &Incident {
        let number = format!("INC{:07}", self.incidents.len() + 1);
        let fields = defaults(&number, author, at, control);
        let mut incident = Incident { fields, ..Incident::default() };
        incident.apply(given, author, at);
        self.put(number, incident)
    }

    /// Changes an incident through `change`, keeping the index right.
    pub(super) fn change(&mut self, number: &str, change: impl FnOnce(&mut Incident)) -> Option<&Incident> {
        let mut incident = self.incidents.get(number)?.clone();
        change(&mut incident);
        Some(self.put(number.to_owned(), incident))
    }

    /// Puts an incident in its place.
    pub(super) fn put(&mut self, number: String, incident: Incident) -> &Incident {
        let before = self.incidents.get(&number).and_then(|old| old.text("external_id")).map(str::to_owned);
        let after = incident.text("external_id").map(str::to_owned);
        if before != after {
            if let Some(numbers) = before.and_then(|id| self.by_external_id.get_mut(&id)) {
                numbers.retain(|known| *known != number);
            }
            if let Some(id) = after {
                self.by_external_id.entry(id).or_default().push(number.clone());
            }
        }
        self.incidents.entry(number).insert_entry(incident).into_mut()
    }

    /// One page of what matches, and how many match in all.
    pub(super) fn list(&self, query: &ListQuery) -> (Vec<&Incident>, usize) {
        let mut found: Vec<&Incident> = match query.external_ids() {
            Some(ids) => ids.iter().flat_map(|id| self.of_external_id(id)).collect(),
            None => self.incidents.values().collect(),
        };
        found.retain(|incident| query.wants(&incident.fields));
        found.sort_by(|a, b| a.text(query.sort.field).cmp(&b.text(query.sort.field)));
        if query.sort.descending {
            found.reverse();
        }
        let total = found.len();
        (found.into_iter().skip(query.offset).take(query.limit).collect(), total)
    }

    fn of_external_id(&self, id: &str) -> impl Iterator<Item = &Incident> {
        let numbers = self.by_external_id.get(id).map(Vec::as_slice).unwrap_or_default();
        numbers.iter().filter_map(|number| self.incidents.get(number))
    }
}

fn defaults(number: &str, author: &str, at: &str, control: &str) -> Map<String, Value> {
    let url = format!("{control}/desk/incidents/{number}");
    let fields = json!({
        "number": number, "project_id": null, "subject": null, "description": null, "status_id": 1, "priority_id": 3,
        "category": null, "assignee": null, "due_date": null, "external_id": null, "created_at": at, "updated_at": at,
        "created_by": author, "version": 0, "url": url,
    });
    match fields {
        Value::Object(fields) => fields,
        _ => Map::new(),
    }
}
