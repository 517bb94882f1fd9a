//! The validation rules, some of which the control API can make stricter.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::fields::{FIELDS, Field, Kind, PEOPLE, find};
use crate::partners::problem::FieldFault;

/// Rules beyond those of the field table.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rules {
    /// Fields that are mandatory on create, too.
    #[serde(default)]
    pub required: Vec<String>,
    /// A shorter limit for the subject.
    #[serde(default)]
    pub max_subject: Option<usize>,
}

impl Rules {
    /// Whether a create without this field is refused.
    pub(super) fn requires(&self, field: &Field) -> bool {
        field.required || self.required.iter().any(|name| name == field.name)
    }

    /// What is wrong with a new incident.
    pub(super) fn check_new(&self, given: &Map<String, Value>) -> Vec<FieldFault> {
        let absent =
            |field: &&Field| given.get(field.name).is_none_or(|value| value.is_null() || value == "");
        let missing = FIELDS.iter().filter(|field| self.requires(field)).filter(absent);
        let mut faults: Vec<_> = missing.map(|field| fault(field.name, "required", "is required")).collect();
        faults.extend(given.iter().filter_map(|(name, value)| self.check(name, value)));
        faults
    }

    /// What is wrong with changes to `existing`.
    pub(super) fn check_change(
        &self,
        given: &Map<String, Value>,
        existing: &Map<String, Value>,
    ) -> Vec<FieldFault> {
        let moved =
            given.get("project_id").is_some_and(|project| existing.get("project_id") != Some(project));
        let moved = moved.then(|| fault("project_id", "not_allowed", "cannot be changed later"));
        let emptied =
            given.iter().filter(|(name, value)| value.is_null() && find(name).is_some_and(|f| f.required));
        let emptied = emptied.map(|(name, _)| fault(name, "required", "is required"));
        emptied.chain(given.iter().filter_map(|(name, value)| self.check(name, value))).chain(moved).collect()
    }

    fn check(&self, name: &str, value: &Value) -> Option<FieldFault> {
        let Some(field) = find(name) else {
            return Some(fault(name, "unknown_field", "is not a field of an incident"));
        };
        if field.read_only {
            return Some(fault(name, "read_only", "cannot be set"));
        }
        let most = if name == "subject" { self.max_subject } else { None };
        if value.is_null() { None } else { check_kind(name, &field.kind, value, most) }
    }
}

fn check_kind(name: &str, kind: &Kind, value: &Value, most: Option<usize>) -> Option<FieldFault> {
    match kind {
        Kind::Text(limit) => check_text(name, value, most.unwrap_or(*limit)),
        Kind::Number => (!value.is_number()).then(|| fault(name, "wrong_type", "must be a number")),
        Kind::Words(words) => {
            let known = value.as_str().is_some_and(|given| words.iter().any(|(word, _)| *word == given));
            (!known).then(|| not_allowed(name, value, words.iter().map(|(word, _)| word.to_string())))
        }
        Kind::Numbers(numbers) => {
            let known =
                value.as_i64().is_some_and(|given| numbers.iter().any(|(number, _)| *number == given));
            (!known).then(|| not_allowed(name, value, numbers.iter().map(|(number, _)| number.to_string())))
        }
        Kind::Date | Kind::Moment => {
            let read = value.as_str().map(|text| NaiveDate::parse_from_str(text, "%Y-%m-%d").is_ok());
            (read != Some(true)).then(|| fault(name, "bad_date", "must be a date: YYYY-MM-DD"))
        }
        Kind::User => {
            let known = value.as_str().is_some_and(|address| PEOPLE.contains(&address));
            (!known).then(|| fault(name, "unknown_user", "must be the address of somebody at the desk"))
        }
    }
}

fn check_text(name: &str, value: &Value, most: usize) -> Option<FieldFault> {
    let Some(text) = value.as_str() else { return Some(fault(name, "wrong_type", "must be a text")) };
    let length = text.chars().count();
    (length > most)
        .then(|| fault(name, "too_long", &format!("has {length} characters, at most {most} are allowed")))
}

fn not_allowed(name: &str, value: &Value, allowed: impl Iterator<Item = String>) -> FieldFault {
    let allowed: Vec<_> = allowed.collect();
    fault(name, "not_allowed", &format!("is {value}, not one of {}", allowed.join(", ")))
}

fn fault(field: &str, code: &'static str, message: &str) -> FieldFault {
    FieldFault { field: field.to_owned(), code, message: message.to_owned() }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn codes(given: Value) -> Vec<(String, &'static str)> {
        let faults = Rules::default().check_new(given.as_object().unwrap());
        faults.into_iter().map(|fault| (fault.field, fault.code)).collect()
    }

    #[test]
    fn a_plain_incident_passes() {
        let given =
            json!({"project_id": "itsm", "subject": "Disk low", "priority_id": 5, "due_date": "2026-02-28"});
        assert_eq!(codes(given), []);
    }

    #[test]
    fn every_fault_is_named_at_once() {
        let given = json!({"project_id": "nowhere", "subject": "x".repeat(121), "priority_id": "5", "due_date": "tomorrow",
            "assignee": "eve@example.net", "number": "INC1", "colour": "red", "description": 7});
        let expected = [
            ("project_id", "not_allowed"),
            ("subject", "too_long"),
            ("priority_id", "not_allowed"),
            ("due_date", "bad_date"),
            ("assignee", "unknown_user"),
            ("number", "read_only"),
            ("colour", "unknown_field"),
            ("description", "wrong_type"),
        ];
        assert_eq!(codes(given), expected.map(|(field, code)| (field.to_owned(), code)));
    }

    #[test]
    fn a_rule_can_make_a_field_mandatory() {
        let rules = Rules { required: vec!["category".into()], max_subject: Some(5) };
        let given = json!({"project_id": "itsm", "subject": "Too long"});
        let codes: Vec<_> =
            rules.check_new(given.as_object().unwrap()).iter().map(|fault| fault.code).collect();
        assert_eq!(codes, ["required", "too_long"]);
    }

    #[test]
    fn an_incident_stays_in_its_project() {
        let existing = json!({"project_id": "itsm"});
        let change = |project: &str| {
            let given = json!({ "project_id": project });
            Rules::default().check_change(given.as_object().unwrap(), existing.as_object().unwrap()).len()
        };
        assert_eq!((change("itsm"), change("ops")), (0, 1));
    }
}
