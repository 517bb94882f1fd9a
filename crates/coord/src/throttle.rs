//! Login attempts: after a few wrong ones, a wait.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};
use std::time::Duration;

use redis::Script;
use tokio::time::Instant;

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

/// Counts an attempt. Arguments: attempts allowed, milliseconds of the window. Answer: milliseconds to wait. The window
/// begins with the first attempt; refused ones do not prolong it.
static ATTEMPT: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        r"
local count = redis.call('INCR', KEYS[1])
if count == 1 or redis.call('PTTL', KEYS[1]) < 0 then redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
if count <= tonumber(ARGV[1]) then return 0 end
return math.max(redis.call('PTTL', KEYS[1]), 1)",
    )
});

/// Takes one attempt back. The window stays as it is.
static GIVE_BACK: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        r"
local count = tonumber(redis.call('GET', KEYS[1]) or 0)
if count > 0 then redis.call('DECR', KEYS[1]) end
return 0",
    )
});

/// Counters of wrong attempts. Each process also counts for itself, so that nobody can guess faster by taking Redis away.
#[derive(Debug, Clone)]
pub struct Throttle {
    coord: Coord,
    policy: ThrottlePolicy,
    local: Arc<Mutex<HashMap<String, Window>>>,
}

#[derive(Debug, Clone, Copy)]
struct Window {
    ends: Instant,
    attempts: u32,
}

/// So many windows are kept; beyond it, those that are over are forgotten.
const MANY: usize = 10_000;

impl Throttle {
    /// The counters in `coord`.
    pub fn new(coord: &Coord, policy: ThrottlePolicy) -> Self {
        Self { coord: coord.clone(), policy, local: Arc::default() }
    }

    /// Counts an attempt for `key` (an account, or an address) before the password is checked. Never fails.
    pub async fn attempt(&self, key: &str) -> Attempt {
        let here = self.attempt_here(key);
        let window_ms = u64::try_from(self.policy.window.as_millis()).unwrap_or(u64::MAX);
        let mut script = ATTEMPT.key(self.coord.key("throttle", key));
        script.arg(self.policy.attempts).arg(window_ms);
        match self.coord.run::<u64>(&script).await {
            Ok(0) | Err(_) => here,
            Ok(wait_ms) => Attempt::Refused(Duration::from_millis(wait_ms)),
        }
    }

    /// Forgets the attempts of `key`, after a right one.
    pub async fn succeeded(&self, key: &str) {
        self.with(|windows| windows.remove(key));
        let mut removal = redis::cmd("DEL");
        removal.arg(self.coord.key("throttle", key));
        // Without Redis the count ends with its window.
        let _ = self.coord.ask(async |mut redis| removal.query_async::<()>(&mut redis).await).await;
    }

    /// Takes back one attempt of `key` that was no wrong one; those before stay.
    pub async fn give_back(&self, key: &str) {
        self.with(|windows| {
            if let Some(window) = windows.get_mut(key) {
                window.attempts = window.attempts.saturating_sub(1);
            }
        });
        // Without Redis the count ends with its window.
        let _ = self.coord.run::<u64>(&GIVE_BACK.key(self.coord.key("throttle", key))).await;
    }

    fn attempt_here(&self, key: &str) -> Attempt {
        let now = Instant::now();
        let fresh = Window { ends: now + self.policy.window, attempts: 0 };
        let window = self.with(|windows| {
            let window = windows.entry(key.to_owned()).or_insert(fresh);
            if window.ends <= now {
                *window = fresh;
            }
            window.attempts = window.attempts.saturating_add(1);
            *window
        });
        if window.attempts <= self.policy.attempts {
            Attempt::Allowed
        } else {
            Attempt::Refused(window.ends - now)
        }
    }

    fn with<T>(&self, use_them: impl FnOnce(&mut HashMap<String, Window>) -> T) -> T {
        let mut windows = self.local.lock().unwrap_or_else(PoisonError::into_inner);
        if windows.len() > MANY {
            let now = Instant::now();
            windows.retain(|_, window| window.ends > now);
        }
        use_them(&mut windows)
    }
}
