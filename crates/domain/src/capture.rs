//! What of a run is kept.

use crate::clock::Timestamp;
use crate::token::words;

words! {
    /// Whether HTTP exchanges are kept.
    HttpCapture as "HTTP capture mode" {
        /// Never.
        Off = "off",
        /// Only of runs that did not succeed.
        Failures = "failures",
        /// Of every run.
        All = "all",
    }
}

/// The capture settings in force for one run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CapturePolicy {
    /// Whether HTTP exchanges are kept.
    pub http: HttpCapture,
    /// Until when [`CapturePolicy::http`] holds; afterwards `failures`. `None`: for good.
    pub http_until: Option<Timestamp>,
    /// Whether records and documents are kept.
    pub payload: bool,
}

impl Default for CapturePolicy {
    fn default() -> Self {
        Self { http: HttpCapture::Failures, http_until: None, payload: true }
    }
}

impl CapturePolicy {
    /// The HTTP mode in force at `now`.
    pub fn http_at(&self, now: Timestamp) -> HttpCapture {
        match self.http_until {
            Some(until) if until <= now => HttpCapture::Failures,
            _ => self.http,
        }
    }
}
