//! Percentiles of latencies.

use std::time::Duration;

use serde::Serialize;

/// p50, p95, p99 and the largest, in milliseconds.
#[derive(Debug, Clone, Copy, Default, Serialize)]
pub struct Percentiles {
    /// How many were measured.
    pub count: usize,
    /// The median.
    pub p50_ms: f64,
    /// 95 of 100 are below.
    pub p95_ms: f64,
    /// 99 of 100 are below.
    pub p99_ms: f64,
    /// The largest.
    pub max_ms: f64,
}

impl Percentiles {
    /// Of these durations, by nearest rank.
    pub fn of(mut durations: Vec<Duration>) -> Self {
        durations.sort_unstable();
        let at = |share: f64| {
            let rank = (durations.len() as f64 * share).ceil() as usize;
            durations.get(rank.saturating_sub(1)).map_or(0.0, |duration| duration.as_secs_f64() * 1000.0)
        };
        Self { count: durations.len(), p50_ms: at(0.5), p95_ms: at(0.95), p99_ms: at(0.99), max_ms: at(1.0) }
    }
}
