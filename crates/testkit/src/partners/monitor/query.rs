//! The list's query.

use super::alert::{Alert, Status};
use crate::partners::{
    input::{moment, number, several},
    problem::Problem,
};

/// What a list asks for.
#[derive(Debug)]
pub(super) struct ListQuery {
    status: Option<Status>,
    labels: Vec<(&'static str, Vec<String>)>,
    changed_since: Option<String>,
    pub(super) page: usize,
    pub(super) per_page: usize,
}

impl ListQuery {
    /// Reads the pairs of a query string.
    pub(super) fn read(pairs: &[(String, String)]) -> Result<Self, Problem> {
        let mut query = Self { status: None, labels: Vec::new(), changed_since: None, page: 1, per_page: 50 };
        for (name, value) in pairs {
            query.take(name, value)?;
        }
        Ok(query)
    }

    fn take(&mut self, name: &str, value: &str) -> Result<(), Problem> {
        match name {
            "status" => self.status = Some(status(value)?),
            "severity" => self.labels.push(("severity", several(value))),
            "alertname" => self.labels.push(("alertname", several(value))),
            "host" => self.labels.push(("host", several(value))),
            "changed_since" => self.changed_since = Some(moment(name, value)?),
            "page" => self.page = number(name, value, 1, 1_000_000)?,
            "per_page" => self.per_page = number(name, value, 1, 200)?,
            _ => return Err(Problem::unknown_parameter(name)),
        }
        Ok(())
    }

    /// Whether an alert is asked for.
    pub(super) fn wants(&self, alert: &Alert) -> bool {
        self.status.is_none_or(|status| alert.status == status)
            && self.changed_since.as_deref().is_none_or(|since| alert.updated_at.as_str() >= since)
            && self.labels.iter().all(|(name, values)| {
                alert.label(name).is_some_and(|label| values.iter().any(|value| value == label))
            })
    }
}

fn status(value: &str) -> Result<Status, Problem> {
    match value {
        "firing" => Ok(Status::Firing),
        "resolved" => Ok(Status::Resolved),
        _ => Err(Problem::bad_parameter("status", "firing or resolved")),
    }
}
