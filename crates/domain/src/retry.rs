//! When a failed record is tried again.

use std::time::Duration;

/// Exponential back-off with full jitter over the upper half: the wait before attempt *n + 1* lies between half of and
/// the whole of `base · 2^(n-1)`, never above `cap`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RetryPolicy {
    /// Attempts in all, the first one included.
    pub max_attempts: u32,
    /// Wait after the first attempt.
    pub base: Duration,
    /// Longest wait.
    pub cap: Duration,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self { max_attempts: 8, base: Duration::from_secs(5), cap: Duration::from_secs(15 * 60) }
    }
}

impl RetryPolicy {
    /// How long to wait after `attempt` (1 for the first) failed; `None` when it was the last.
    /// `jitter` is drawn uniformly from 0 to 1. A `floor` that the target asked for (`Retry-After`) is kept.
    pub fn wait_after(&self, attempt: u32, jitter: f64, floor: Option<Duration>) -> Option<Duration> {
        if attempt >= self.max_attempts {
            return None;
        }
        let doubled =
            self.base.saturating_mul(1u32.checked_shl(attempt.saturating_sub(1)).unwrap_or(u32::MAX));
        let whole = doubled.min(self.cap);
        let wait = whole.mul_f64(0.5 + jitter.clamp(0.0, 1.0) / 2.0);
        Some(wait.max(floor.unwrap_or_default()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn waits_stay_within_bounds(attempt in 1u32..200, jitter in 0.0f64..=1.0) {
            let policy = RetryPolicy { max_attempts: 300, ..RetryPolicy::default() };
            let wait = policy.wait_after(attempt, jitter, None).unwrap();
            prop_assert!(wait >= policy.base / 2 && wait <= policy.cap);
        }
    }

    #[test]
    fn the_last_attempt_is_the_last() {
        assert_eq!(RetryPolicy::default().wait_after(8, 0.5, None), None);
    }
}
