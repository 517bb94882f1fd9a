//! Alerts, and the shelf that holds them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::partners::clock::Ticker;

/// Whether the trouble is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Status {
    Firing,
    Resolved,
}

/// One alert, as the API shows it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Alert {
    pub(super) id: String,
    pub(super) status: Status,
    pub(super) labels: Map<String, Value>,
    pub(super) annotations: Map<String, Value>,
    pub(super) value: Option<f64>,
    pub(super) starts_at: String,
    pub(super) ends_at: Option<String>,
    pub(super) updated_at: String,
    pub(super) acknowledged: bool,
    pub(super) ticket: Option<String>,
    pub(super) url: String,
}

/// What a new alert brings.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewAlert {
    /// `alertname` is required.
    pub labels: Map<String, Value>,
    /// Text for people.
    #[serde(default)]
    pub annotations: Map<String, Value>,
    /// The measured value.
    #[serde(default)]
    pub value: Option<f64>,
}

/// Changes to an alert; what is absent stays.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AlertChange {
    #[serde(default)]
    pub(super) labels: Map<String, Value>,
    #[serde(default)]
    pub(super) annotations: Map<String, Value>,
    #[serde(default)]
    pub(super) ticket: Option<String>,
    #[serde(default)]
    pub(super) acknowledged: Option<bool>,
}

/// All alerts, by id.
#[derive(Debug)]
pub(super) struct Shelf {
    alerts: BTreeMap<String, Alert>,
    ticker: Ticker,
    control: String,
}

impl Alert {
    /// A label, when it is a text.
    pub(super) fn label(&self, name: &str) -> Option<&str> {
        self.labels.get(name).and_then(Value::as_str)
    }
}

impl Shelf {
    pub(super) fn new(control: String, ticker: Ticker) -> Self {
        Self { alerts: BTreeMap::new(), ticker, control }
    }

    pub(super) fn get(&self, id: &str) -> Option<&Alert> {
        self.alerts.get(id)
    }

    pub(super) fn all(&self) -> impl DoubleEndedIterator<Item = &Alert> {
        self.alerts.values()
    }

    pub(super) fn clear(&mut self) {
        self.alerts.clear();
    }

    /// Changes whenever an alert does.
    pub(super) fn edition(&self) -> String {
        self.ticker.last()
    }

    /// Puts alerts back that were there before.
    pub(super) fn restore(&mut self, alerts: Vec<Alert>) {
        for alert in alerts {
            self.ticker.resume_after(&alert.updated_at);
            self.alerts.insert(alert.id.clone(), alert);
        }
    }

    /// Raises an alert under the next id.
    pub(super) fn raise(&mut self, new: NewAlert) -> Alert {
        let id = format!("ALR-{:06}", self.alerts.len() + 1);
        let at = self.ticker.tick();
        let url = format!("{}/monitor/alerts/{id}", self.control);
        let alert = Alert {
            id: id.clone(),
            status: Status::Firing,
            labels: new.labels,
            annotations: new.annotations,
            value: new.value,
            starts_at: at.clone(),
            ends_at: None,
            updated_at: at,
            acknowledged: false,
            ticket: None,
            url,
        };
        self.alerts.insert(id, alert.clone());
        alert
    }

    /// Clears an alert, or raises it again.
    pub(super) fn turn(&mut self, id: &str, status: Status) -> Option<Alert> {
        let at = self.ticker.tick();
        let alert = self.alerts.get_mut(id)?;
        alert.ends_at = (status == Status::Resolved).then(|| at.clone());
        if status == Status::Firing && alert.status == Status::Resolved {
            alert.starts_at.clone_from(&at);
        }
        alert.status = status;
        alert.updated_at = at;
        Some(alert.clone())
    }

    /// Merges changes into an alert.
    pub(super) fn change(&mut self, id: &str, change: AlertChange) -> Option<Alert> {
        let at = self.ticker.tick();
        let alert = self.alerts.get_mut(id)?;
        alert.labels.extend(change.labels);
        alert.annotations.extend(change.annotations);
        alert.ticket = change.ticket.or(alert.ticket.take());
        alert.acknowledged = change.acknowledged.unwrap_or(alert.acknowledged);
        alert.updated_at = at;
        Some(alert.clone())
    }
}
