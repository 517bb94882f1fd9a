//! How long to wait.

use std::time::Duration;

/// How long a loop waits between turns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    /// After an idle turn, give or take a tenth, so that replicas do not move in step.
    pub idle: Duration,
    /// After the first of several failed turns; doubles with each further one.
    pub after_error: Duration,
    /// The longest wait after a failed turn.
    pub after_error_at_most: Duration,
    /// After so many failed turns in a row the process is no longer ready.
    pub unhealthy_after: u32,
}

impl Pace {
    /// Idle waits of `idle`, and the default back-off: 200 ms to 10 s, not ready after three failures.
    pub const fn every(idle: Duration) -> Self {
        Self {
            idle,
            after_error: Duration::from_millis(200),
            after_error_at_most: Duration::from_secs(10),
            unhealthy_after: 3,
        }
    }

    /// The wait after an idle turn; `jitter` is drawn from 0 to 1.
    pub(super) fn idle_wait(&self, jitter: f64) -> Duration {
        self.idle.mul_f64(0.9 + 0.2 * jitter)
    }

    /// The wait after `failures` failed turns in a row: between half of and the whole of the doubled wait.
    pub(super) fn error_wait(&self, failures: u32, jitter: f64) -> Duration {
        let factor = 1u32.checked_shl(failures.saturating_sub(1)).unwrap_or(u32::MAX);
        let whole = self.after_error.saturating_mul(factor).min(self.after_error_at_most);
        whole.mul_f64(0.5 + jitter / 2.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_the_longest() {
        let pace = Pace::every(Duration::from_secs(1));
        assert_eq!(pace.error_wait(1, 1.0), Duration::from_millis(200));
        assert_eq!(pace.error_wait(3, 1.0), Duration::from_millis(800));
        assert_eq!(pace.error_wait(3, 0.0), Duration::from_millis(400));
        assert_eq!(pace.error_wait(500, 1.0), Duration::from_secs(10));
        assert_eq!(pace.idle_wait(0.5), Duration::from_secs(1));
    }
}
