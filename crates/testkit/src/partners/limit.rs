//! A token bucket over the whole of a partner's API.

use std::time::Instant;

use serde::{Deserialize, Serialize};

/// What may come through.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RateLimit {
    /// Requests per second in the long run.
    pub per_second: f64,
    /// Requests at once after a quiet time.
    pub burst: u32,
}

/// A bucket that starts full.
#[derive(Debug)]
pub(crate) struct Bucket {
    limit: RateLimit,
    tokens: f64,
    filled: Instant,
}

impl Bucket {
    pub(crate) fn new(limit: RateLimit) -> Self {
        Self { limit, tokens: f64::from(limit.burst), filled: Instant::now() }
    }

    pub(crate) fn limit(&self) -> RateLimit {
        self.limit
    }

    /// Takes a token; without one, the whole seconds until there will be one.
    pub(crate) fn take(&mut self) -> Result<(), u64> {
        let elapsed = self.filled.elapsed().as_secs_f64();
        self.filled = Instant::now();
        self.tokens = (self.tokens + elapsed * self.limit.per_second).min(f64::from(self.limit.burst));
        if self.tokens >= 1.0 {
            self.tokens -= 1.0;
            return Ok(());
        }
        let wait = ((1.0 - self.tokens) / self.limit.per_second.max(0.001)).ceil();
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 1 and 1000")]
        Err(wait.clamp(1.0, 1000.0) as u64)
    }
}
