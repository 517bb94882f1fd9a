//! Faults that can be switched on: which requests they hit, and for how long.

use std::{
    str::FromStr,
    sync::{Mutex, MutexGuard, PoisonError},
};

use axum::http::{Method, Uri};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FaultMode {
    /// 503, or the given status.
    Unavailable,
    /// 500.
    Error,
    /// 429 with `Retry-After`.
    RateLimit,
    /// 200 with bytes that are no JSON.
    Garbage,
    /// 200 with a login page.
    Html,
    /// The connection is closed without an answer, and nothing was done.
    Drop,
    /// The answer comes after `delay_ms`.
    Slow,
    /// The body comes one byte per second.
    Drip,
    /// The body never ends.
    Endless,
    /// 302 to `location`.
    Redirect,
    /// The port is closed.
    Refused,
    /// The request is carried out, then the connection is closed without an answer.
    LostAnswer,
}

impl FromStr for FaultMode {
    type Err = serde_json::Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        serde_json::from_value(Value::from(text))
    }
}

/// A fault as the control API takes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// What goes wrong.
    pub mode: FaultMode,
    /// Status of `unavailable`.
    #[serde(default)]
    pub status: Option<u16>,
    /// Seconds in `Retry-After`.
    #[serde(default)]
    pub retry_after: Option<u64>,
    /// Pause of `slow`, and of `lost_answer` before it hangs up.
    #[serde(default)]
    pub delay_ms: Option<u64>,
    /// Where `redirect` leads.
    #[serde(default)]
    pub location: Option<String>,
    /// Hits each n-th matching request.
    #[serde(default)]
    pub every: Option<u64>,
    /// Ends after so many hits.
    #[serde(default)]
    pub times: Option<u64>,
    /// Ends after so many milliseconds.
    #[serde(default)]
    pub for_ms: Option<u64>,
    /// Only this method.
    #[serde(default)]
    pub method: Option<String>,
    /// Only paths that start so.
    #[serde(default)]
    pub path: Option<String>,
}

impl Fault {
    /// A fault that hits everything until it is switched off.
    #[must_use]
    pub fn of(mode: FaultMode) -> Self {
        Self {
            mode,
            status: None,
            retry_after: None,
            delay_ms: None,
            location: None,
            every: None,
            times: None,
            for_ms: None,
            method: None,
            path: None,
        }
    }

    fn matches(&self, method: &Method, uri: &Uri) -> bool {
        let method_fits =
            self.method.as_deref().is_none_or(|wanted| wanted.eq_ignore_ascii_case(method.as_str()));
        method_fits && self.path.as_deref().is_none_or(|prefix| uri.path().starts_with(prefix))
    }
}

#[derive(Debug, Default)]
struct Active {
    fault: Option<Fault>,
    seen: u64,
    hits: u64,
    generation: u64,
}

/// Holds at most one fault.
#[derive(Debug, Default)]
pub(crate) struct FaultSwitch(Mutex<Active>);

impl FaultSwitch {
    /// Switches `fault` on (or off) and names this setting, so that a timer ends only its own.
    pub(crate) fn set(&self, fault: Option<Fault>) -> u64 {
        let mut active = self.lock();
        *active = Active { fault, generation: active.generation + 1, ..Active::default() };
        active.generation
    }

    /// What is switched on.
    pub(crate) fn current(&self) -> Option<Fault> {
        self.lock().fault.clone()
    }

    /// Whether `generation` is still the last setting.
    pub(crate) fn is_current(&self, generation: u64) -> bool {
        self.lock().generation == generation
    }

    /// The fault that hits this request, if one does.
    pub(crate) fn hit(&self, method: &Method, uri: &Uri) -> Option<Fault> {
        let mut active = self.lock();
        let fault = active.fault.clone().filter(|fault| fault.matches(method, uri))?;
        active.seen += 1;
        if !active.seen.is_multiple_of(fault.every.unwrap_or(1).max(1)) {
            return None;
        }
        active.hits += 1;
        if fault.times.is_some_and(|times| active.hits >= times) {
            active.fault = None;
        }
        Some(fault)
    }

    fn lock(&self) -> MutexGuard<'_, Active> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hits(switch: &FaultSwitch, method: Method, path: &str) -> bool {
        switch.hit(&method, &path.parse().unwrap()).is_some()
    }

    #[test]
    fn a_fault_hits_only_what_it_names() {
        let switch = FaultSwitch::default();
        let narrow =
            Fault { method: Some("POST".into()), path: Some("/api".into()), ..Fault::of(FaultMode::Drop) };
        switch.set(Some(narrow));
        assert!(hits(&switch, Method::POST, "/api/incidents"));
        assert!(!hits(&switch, Method::GET, "/api/incidents"));
        assert!(!hits(&switch, Method::POST, "/oauth/token"));
    }

    #[test]
    fn every_and_times_count_matching_requests() {
        let switch = FaultSwitch::default();
        switch.set(Some(Fault { every: Some(2), times: Some(2), ..Fault::of(FaultMode::Error) }));
        let seen: Vec<bool> = (0..6).map(|_| hits(&switch, Method::GET, "/")).collect();
        assert_eq!(seen, [false, true, false, true, false, false]);
    }
}
