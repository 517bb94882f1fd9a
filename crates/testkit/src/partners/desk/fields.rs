//! The incident's fields: one table for validation, discovery and documentation.

use serde_json::{Value, json};

/// One field of an incident.
#[derive(Debug)]
pub(super) struct Field {
    pub(super) name: &'static str,
    pub(super) label: &'static str,
    pub(super) kind: Kind,
    pub(super) required: bool,
    pub(super) read_only: bool,
}

/// What a field may hold.
#[derive(Debug)]
pub(super) enum Kind {
    /// At most so many characters.
    Text(usize),
    Number,
    /// One of these words.
    Words(&'static [(&'static str, &'static str)]),
    /// One of these numbers.
    Numbers(&'static [(i64, &'static str)]),
    Date,
    Moment,
    /// The e-mail address of somebody who works here.
    User,
}

const PROJECTS: &[(&str, &str)] =
    &[("itsm", "IT service management"), ("ops", "Operations"), ("secret", "Secret plans")];
const STATUSES: &[(i64, &str)] =
    &[(1, "New"), (2, "In progress"), (3, "Waiting"), (4, "Resolved"), (5, "Closed")];
const PRIORITIES: &[(i64, &str)] = &[(1, "Lowest"), (2, "Low"), (3, "Normal"), (4, "High"), (5, "Urgent")];
const CATEGORIES: &[(&str, &str)] =
    &[("network", "Network"), ("server", "Server"), ("application", "Application"), ("database", "Database")];

/// Who works at the desk.
pub(super) const PEOPLE: &[&str] = &["ann@example.net", "bob@example.net"];

const fn field(name: &'static str, label: &'static str, kind: Kind) -> Field {
    Field { name, label, kind, required: false, read_only: false }
}

const fn required(name: &'static str, label: &'static str, kind: Kind) -> Field {
    Field { name, label, kind, required: true, read_only: false }
}

const fn given(name: &'static str, label: &'static str, kind: Kind) -> Field {
    Field { name, label, kind, required: false, read_only: true }
}

/// Every field, in the order in which a person would read them.
pub(super) const FIELDS: &[Field] = &[
    given("number", "Number", Kind::Text(20)),
    required("project_id", "Project", Kind::Words(PROJECTS)),
    required("subject", "Subject", Kind::Text(120)),
    field("description", "Description", Kind::Text(4000)),
    field("status_id", "Status", Kind::Numbers(STATUSES)),
    field("priority_id", "Priority", Kind::Numbers(PRIORITIES)),
    field("category", "Category", Kind::Words(CATEGORIES)),
    field("assignee", "Assignee", Kind::User),
    field("due_date", "Due date", Kind::Date),
    field("external_id", "External id", Kind::Text(80)),
    field("notes", "Notes", Kind::Text(4000)),
    given("created_at", "Created", Kind::Moment),
    given("updated_at", "Updated", Kind::Moment),
    given("created_by", "Created by", Kind::Text(80)),
    given("version", "Version", Kind::Number),
    given("url", "Address", Kind::Text(400)),
];

/// The field of that name.
pub(super) fn find(name: &str) -> Option<&'static Field> {
    FIELDS.iter().find(|field| field.name == name)
}

/// The projects that exist, with their names.
pub(super) fn projects() -> &'static [(&'static str, &'static str)] {
    PROJECTS
}

impl Field {
    /// The answer of schema discovery; `required` may have been made stricter by a rule.
    pub(super) fn described(&self, required: bool) -> Value {
        json!({
            "name": self.name, "label": self.label, "type": self.kind.name(), "required": required,
            "read_only": self.read_only, "custom": false, "max_length": self.kind.max_length(), "values": self.kind.values(),
        })
    }
}

impl Kind {
    fn name(&self) -> &'static str {
        match self {
            Self::Text(_) => "text",
            Self::Number => "number",
            Self::Words(_) | Self::Numbers(_) => "enum",
            Self::Date | Self::Moment => "date",
            Self::User => "user",
        }
    }

    fn max_length(&self) -> Option<usize> {
        match self {
            Self::Text(most) => Some(*most),
            _ => None,
        }
    }

    fn values(&self) -> Vec<Value> {
        match self {
            Self::Words(words) => {
                words.iter().map(|(word, label)| json!({"value": word, "label": label})).collect()
            }
            Self::Numbers(numbers) => {
                numbers.iter().map(|(number, label)| json!({"value": number, "label": label})).collect()
            }
            _ => Vec::new(),
        }
    }
}
