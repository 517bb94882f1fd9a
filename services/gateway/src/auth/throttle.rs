//! Guessing passwords is slow: a few attempts per account and address, more per account from everywhere.

use std::time::Duration;

use throughline_coord::{Attempt, Coord, Throttle, ThrottlePolicy};

use super::secret;
use crate::problem::{Answer, Problem, ProblemCode};

/// Counters of wrong logins. Without Redis they are this process's own.
pub(crate) struct LoginThrottle {
    from_one_address: Throttle,
    from_anywhere: Throttle,
}

const WINDOW: Duration = Duration::from_secs(15 * 60);

impl LoginThrottle {
    /// The counters in `coord`.
    pub(crate) fn new(coord: &Coord) -> Self {
        let of = |attempts| Throttle::new(coord, ThrottlePolicy { attempts, window: WINDOW });
        Self { from_one_address: of(10), from_anywhere: of(100) }
    }

    /// Counts an attempt before the password is checked.
    pub(crate) async fn attempt(&self, email: &str, address: &str) -> Answer<()> {
        let (one, any) = keys(email, address);
        for (throttle, key) in [(&self.from_one_address, one), (&self.from_anywhere, any)] {
            if let Attempt::Refused(wait) = throttle.attempt(&key).await {
                let detail = format!("Try again in {}.", minutes(wait));
                return Err(Problem::new(ProblemCode::TooManyAttempts, detail).retry_after(wait.as_secs()));
            }
        }
        Ok(())
    }

    /// Forgets the attempts of an account, after a right one.
    pub(crate) async fn succeeded(&self, email: &str, address: &str) {
        let (one, any) = keys(email, address);
        self.from_one_address.succeeded(&one).await;
        self.from_anywhere.succeeded(&any).await;
    }
}

/// Addresses of people do not belong into Redis, so the keys are hashes.
fn keys(email: &str, address: &str) -> (String, String) {
    (secret::hash(&format!("login {email} {address}")), secret::hash(&format!("login {email}")))
}

fn minutes(wait: Duration) -> String {
    match wait.as_secs().div_ceil(60) {
        0 | 1 => "a minute".to_owned(),
        minutes => format!("{minutes} minutes"),
    }
}
