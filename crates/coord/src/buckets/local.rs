//! Buckets of this process alone.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use super::{Admission, Rate};

/// So many buckets are kept; beyond it, those that are full again are forgotten.
const MANY: usize = 10_000;

/// For each bucket, when it would be full again.
#[derive(Debug, Default)]
pub(super) struct LocalBuckets(Mutex<HashMap<String, Instant>>);

impl LocalBuckets {
    pub(super) fn take(&self, key: &str, rate: Rate) -> Admission {
        let now = Instant::now();
        self.with(|buckets| {
            let full = buckets.get(key).copied().unwrap_or(now).max(now);
            let wait = full.duration_since(now).saturating_sub(micros(rate.tolerance_us()));
            if !wait.is_zero() {
                return Admission::After(wait);
            }
            buckets.insert(key.to_owned(), full + micros(rate.interval_us()));
            Admission::Now
        })
    }

    pub(super) fn pause(&self, key: &str, rate: Rate, pause: Duration) {
        let full = Instant::now() + pause + micros(rate.tolerance_us());
        self.with(|buckets| {
            let bucket = buckets.entry(key.to_owned()).or_insert(full);
            *bucket = full.max(*bucket);
        });
    }

    fn with<T>(&self, use_them: impl FnOnce(&mut HashMap<String, Instant>) -> T) -> T {
        let mut buckets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() > MANY {
            let now = Instant::now();
            buckets.retain(|_, full| *full > now);
        }
        use_them(&mut buckets)
    }
}

fn micros(count: f64) -> Duration {
    // A day is longer than anybody waits for a token.
    Duration::from_secs_f64((count / 1_000_000.0).clamp(0.0, 86_400.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: Rate = Rate { per_second: 10.0, burst: 3 };

    #[tokio::test]
    async fn a_burst_then_the_rate() {
        let buckets = LocalBuckets::default();
        for _ in 0..3 {
            assert_eq!(buckets.take("a", RATE), Admission::Now);
        }
        let Admission::After(wait) = buckets.take("a", RATE) else { panic!("a fourth token") };
        assert!(wait <= Duration::from_millis(100) && wait > Duration::from_millis(50), "{wait:?}");
        assert_eq!(buckets.take("b", RATE), Admission::Now);
        tokio::time::sleep(wait).await;
        assert_eq!(buckets.take("a", RATE), Admission::Now);
    }

    #[tokio::test]
    async fn a_pause_empties_the_bucket() {
        let buckets = LocalBuckets::default();
        buckets.pause("a", RATE, Duration::from_secs(5));
        let Admission::After(wait) = buckets.take("a", RATE) else { panic!("a token in a pause") };
        assert!(wait > Duration::from_secs(4), "{wait:?}");
    }
}
