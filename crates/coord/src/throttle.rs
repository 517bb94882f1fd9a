//! Login attempts: after a few wrong ones, a wait.

use std::time::Duration;

use crate::link::Coord;

/// How many wrong attempts are allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ThrottlePolicy {
    /// Wrong attempts within the window before there is a wait.
    pub attempts: u32,
    /// The window, and the longest wait.
    pub window: Duration,
}

impl Default for ThrottlePolicy {
    fn default() -> Self {
        Self { attempts: 10, window: Duration::from_secs(15 * 60) }
    }
}

/// Whether an attempt may be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Attempt {
    /// Check the password.
    Allowed,
    /// Refuse without checking; allowed again after this long.
    Refused(Duration),
}

/// Counters of wrong attempts.
#[derive(Debug, Clone)]
pub struct Throttle;

impl Throttle {
    /// The counters in `coord`.
    pub fn new(coord: &Coord, policy: ThrottlePolicy) -> Self {
        let _ = (coord, policy);
        todo!()
    }

    /// Counts an attempt for `key` (an account, or an address) before the password is checked. Never fails.
    pub async fn attempt(&self, key: &str) -> Attempt {
        let _ = key;
        todo!()
    }

    /// Forgets the attempts of `key`, after a right one.
    pub async fn succeeded(&self, key: &str) {
        let _ = key;
        todo!()
    }
}
