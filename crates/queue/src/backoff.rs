//! Waits that double, with jitter.

use std::time::Duration;

/// The wait before the next try.
#[derive(Debug, Clone)]
pub(crate) struct Backoff {
    first: Duration,
    longest: Duration,
    tries: u32,
}

impl Backoff {
    /// From `first`, doubled with each try, to `longest`.
    pub(crate) const fn new(first: Duration, longest: Duration) -> Self {
        Self { first, longest, tries: 0 }
    }

    /// For connections: 50 ms to 2 s.
    pub(crate) const fn reconnect() -> Self {
        Self::new(Duration::from_millis(50), Duration::from_secs(2))
    }

    /// For handlers that need something that is away: 100 ms to 3 s.
    pub(crate) const fn retry() -> Self {
        Self::new(Duration::from_millis(100), Duration::from_secs(3))
    }

    /// The next wait: between half of and the whole of the doubled one.
    pub(crate) fn next_wait(&mut self) -> Duration {
        let factor = 1u32.checked_shl(self.tries).unwrap_or(u32::MAX);
        self.tries = self.tries.saturating_add(1);
        let whole = self.first.saturating_mul(factor).min(self.longest);
        whole.mul_f64(0.5 + rand::random::<f64>() / 2.0)
    }

    /// Begins anew, after a success.
    pub(crate) fn reset(&mut self) {
        self.tries = 0;
    }
}
