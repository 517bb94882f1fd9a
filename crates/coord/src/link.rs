//! The connection to Redis, which may be away.

use std::time::Duration;

/// Redis is away, or too slow, or was asked a moment ago and was away. The caller goes on without.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("Redis is away: {0}")]
pub struct Degraded(pub String);

/// Redis, if it is there. Clones share one connection.
#[derive(Debug, Clone)]
pub struct Coord;

impl Coord {
    /// The Redis at `url`; `timeout` bounds every call. Does not connect yet; fails only when the address is not one.
    pub fn new(url: &str, timeout: Duration) -> Result<Self, Degraded> {
        let _ = (url, timeout);
        todo!()
    }

    /// Puts `prefix` before every key, for several installations (or tests) in one Redis.
    #[must_use]
    pub fn with_prefix(self, prefix: &str) -> Self {
        let _ = prefix;
        todo!()
    }

    /// Whether Redis answers now. Readiness never depends on it.
    pub async fn ping(&self) -> Result<(), Degraded> {
        todo!()
    }
}
