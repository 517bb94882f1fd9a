//! The partners' time: never repeats, never goes back, and stands still when a test wants it to.

use chrono::{DateTime, Duration, SecondsFormat, Timelike, Utc};

/// Gives every change a moment of its own, in whole milliseconds.
#[derive(Debug)]
pub(crate) struct Ticker {
    last: DateTime<Utc>,
    frozen: bool,
}

impl Ticker {
    /// Follows the wall clock, or starts at `frozen` and advances one millisecond per change.
    pub(crate) fn new(frozen: Option<DateTime<Utc>>) -> Self {
        Self { last: frozen.unwrap_or(DateTime::UNIX_EPOCH), frozen: frozen.is_some() }
    }

    /// A moment later than every earlier one.
    pub(crate) fn tick(&mut self) -> String {
        let next = self.last + Duration::milliseconds(1);
        self.last = if self.frozen { next } else { next.max(wall()) };
        written(self.last)
    }

    /// The moment of the last change.
    pub(crate) fn last(&self) -> String {
        written(self.last)
    }

    /// Goes on after `moment`, which comes from a snapshot.
    pub(crate) fn resume_after(&mut self, moment: &str) {
        if let Ok(moment) = moment.parse::<DateTime<Utc>>() {
            self.last = self.last.max(moment);
        }
    }
}

/// Now, for tokens, which expire by the wall clock.
#[allow(
    clippy::disallowed_methods,
    reason = "partners are not part of the service: they have a clock of their own"
)]
pub(crate) fn wall() -> DateTime<Utc> {
    let now = Utc::now();
    now.with_nanosecond(now.timestamp_subsec_millis() * 1_000_000).unwrap_or(now)
}

/// RFC 3339 with milliseconds.
pub(crate) fn written(moment: DateTime<Utc>) -> String {
    moment.to_rfc3339_opts(SecondsFormat::Millis, true)
}
