//! Token buckets, shared by all processes; one per process when Redis is away.

use std::time::Duration;

use crate::link::Coord;

/// How much a bucket lets through.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rate {
    /// Tokens per second, in the long run.
    pub per_second: f64,
    /// Tokens at once, after a quiet time.
    pub burst: u32,
}

/// Whether a token was there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Admission {
    /// Go on.
    Now,
    /// None left; the next one comes after this long.
    After(Duration),
}

/// All buckets.
#[derive(Debug, Clone)]
pub struct Buckets;

impl Buckets {
    /// The buckets in `coord`.
    pub fn new(coord: &Coord) -> Self {
        let _ = coord;
        todo!()
    }

    /// Takes one token of the bucket `key` (`system:<id>`). Never fails: without Redis the bucket is this process's own.
    pub async fn take(&self, key: &str, rate: Rate) -> Admission {
        let _ = (key, rate);
        todo!()
    }

    /// Empties the bucket `key` for `pause`: the system asked everybody to slow down (429 with `Retry-After`).
    pub async fn pause(&self, key: &str, pause: Duration) {
        let _ = (key, pause);
        todo!()
    }
}
