//! Retries of single requests, within a run.

use std::time::Duration;

use chrono::{DateTime, Utc};

/// When a request is sent again. Longer waits are the scheduler's business.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HttpRetry {
    /// Attempts in all, the first one included.
    pub attempts: u32,
    /// The wait before the second attempt; doubled before each further one, with jitter over its upper half.
    pub base: Duration,
    /// The longest wait of our own, and the longest `Retry-After` that is waited for here.
    pub cap: Duration,
}

impl Default for HttpRetry {
    fn default() -> Self {
        Self { attempts: 3, base: Duration::from_millis(250), cap: Duration::from_secs(10) }
    }
}

impl HttpRetry {
    /// How long to wait after this attempt; `None` when there is to be no other.
    pub(crate) fn wait_after(&self, attempt: u32, asked: Option<Duration>) -> Option<Duration> {
        if attempt >= self.attempts || asked.is_some_and(|asked| asked > self.cap) {
            return None;
        }
        let whole = self.base.saturating_mul(1 << (attempt - 1).min(16)).min(self.cap);
        let own = whole.mul_f64(0.5 + rand::random::<f64>() / 2.0);
        Some(own.max(asked.unwrap_or_default()))
    }
}

/// Nobody is believed who asks for a longer wait.
const LONGEST: Duration = Duration::from_secs(86_400);

/// Reads `Retry-After` (RFC 9110): seconds, or a date.
pub(crate) fn retry_after(header: Option<&str>, now: DateTime<Utc>) -> Option<Duration> {
    let text = header?.trim();
    if let Ok(seconds) = text.parse::<f64>() {
        return Duration::try_from_secs_f64(seconds.clamp(0.0, LONGEST.as_secs_f64())).ok();
    }
    let date = DateTime::parse_from_rfc2822(text).ok()?;
    Some((date.to_utc() - now).to_std().unwrap_or_default().min(LONGEST))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        let now = DateTime::parse_from_rfc3339("2026-11-22T09:00:00Z").unwrap().to_utc();
        assert_eq!(retry_after(Some("3"), now), Some(Duration::from_secs(3)));
        assert_eq!(retry_after(Some("Sun, 22 Nov 2026 09:00:30 GMT"), now), Some(Duration::from_secs(30)));
        assert_eq!(retry_after(Some("Sun, 22 Nov 2026 08:00:30 GMT"), now), Some(Duration::ZERO));
        assert_eq!(retry_after(Some("Sun, 22 Nov 2099 08:00:30 GMT"), now), Some(LONGEST));
        assert_eq!(retry_after(Some("soon"), now), None);
        assert_eq!(retry_after(Some("1e300"), now), Some(Duration::from_secs(86_400)));
    }

    #[test]
    fn waits_honour_what_was_asked_and_end() {
        let retry = HttpRetry::default();
        assert!(retry.wait_after(1, Some(Duration::from_secs(2))).unwrap() >= Duration::from_secs(2));
        assert_eq!(retry.wait_after(1, Some(Duration::from_secs(60))), None);
        assert_eq!(retry.wait_after(3, None), None);
        assert!(retry.wait_after(2, None).unwrap() <= Duration::from_millis(500));
    }
}
