//! Token buckets, shared by all processes; one per process when Redis is away.

mod local;

use std::sync::{Arc, LazyLock};
use std::time::Duration;

use redis::Script;

use crate::link::Coord;
use local::LocalBuckets;

/// How much a bucket lets through.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rate {
    /// Tokens per second, in the long run.
    pub per_second: f64,
    /// Tokens at once, after a quiet time.
    pub burst: u32,
}

impl Rate {
    /// Microseconds between two tokens in the long run.
    fn interval_us(self) -> f64 {
        1_000_000.0 / self.per_second.max(0.000_001)
    }

    /// How far ahead of time tokens may be taken.
    fn tolerance_us(self) -> f64 {
        self.interval_us() * f64::from(self.burst.max(1).saturating_sub(1))
    }
}

/// Whether a token was there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Admission {
    /// Go on.
    Now,
    /// None left; the next one comes after this long.
    After(Duration),
}

/// The generic cell rate algorithm (ITU-T I.371): one number per bucket, the time at which it would be full again.
/// Arguments: microseconds between tokens, microseconds of tolerance. Answer: microseconds to wait.
static TAKE: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        r"
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local interval, tolerance = tonumber(ARGV[1]), tonumber(ARGV[2])
local full = math.max(tonumber(redis.call('GET', KEYS[1]) or now), now)
local wait = full - tolerance - now
if wait > 0 then return math.ceil(wait) end
full = full + interval
redis.call('SET', KEYS[1], string.format('%.0f', full), 'PX', math.ceil((full - now) / 1000) + 1000)
return 0",
    )
});

/// Arguments: microseconds of pause, microseconds of tolerance.
static PAUSE: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        r"
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local full = now + tonumber(ARGV[1]) + tonumber(ARGV[2])
if full > tonumber(redis.call('GET', KEYS[1]) or 0) then
  redis.call('SET', KEYS[1], string.format('%.0f', full), 'PX', math.ceil((full - now) / 1000) + 1000)
end
return 0",
    )
});

/// All buckets.
#[derive(Debug, Clone)]
pub struct Buckets {
    coord: Coord,
    local: Arc<LocalBuckets>,
}

impl Buckets {
    /// The buckets in `coord`.
    pub fn new(coord: &Coord) -> Self {
        Self { coord: coord.clone(), local: Arc::default() }
    }

    /// Takes one token of the bucket `key` (`system:<id>`). Never fails: without Redis the bucket is this process's own.
    pub async fn take(&self, key: &str, rate: Rate) -> Admission {
        let mut script = TAKE.key(self.coord.key("bucket", key));
        script.arg(rate.interval_us()).arg(rate.tolerance_us());
        match self.coord.run::<u64>(&script).await {
            Ok(0) => Admission::Now,
            Ok(wait_us) => Admission::After(Duration::from_micros(wait_us)),
            Err(_) => self.local.take(key, rate),
        }
    }

    /// Empties the bucket `key` for `pause`: the system asked everybody to slow down (429 with `Retry-After`). This
    /// process remembers it even when Redis does not.
    pub async fn pause(&self, key: &str, rate: Rate, pause: Duration) {
        self.local.pause(key, rate, pause);
        let mut script = PAUSE.key(self.coord.key("bucket", key));
        script.arg(u64::try_from(pause.as_micros()).unwrap_or(u64::MAX)).arg(rate.tolerance_us());
        // Without Redis the pause is this process's own.
        let _ = self.coord.run::<u64>(&script).await;
    }
}
