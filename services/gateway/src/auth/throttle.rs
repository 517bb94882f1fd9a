//! Guessing passwords is slow: a few attempts per account and address, more per address for all accounts together, and
//! more per account from everywhere.
//!
//! What is wrong with each alone: a limit per account lets anybody lock others out; a limit per address falls to whoever
//! has many. So the limit per account does not hold where its owner has logged in before.

use std::time::Duration;

use throughline_coord::{Attempt, Coord, Places, Throttle, ThrottlePolicy};

use super::secret;
use crate::problem::{Answer, Problem, ProblemCode};

/// Counters of wrong logins. Without Redis they are this process's own.
pub(crate) struct LoginThrottle {
    of_account_here: Throttle,
    of_address: Throttle,
    of_account: Throttle,
    places: Places,
}

const WINDOW: Duration = Duration::from_secs(15 * 60);

/// One attempt, by what it is counted. Addresses of people do not belong into Redis, so these are hashes.
pub(crate) struct Login {
    account_here: String,
    address: String,
    account: String,
}

impl Login {
    /// An attempt for the account with this e-mail address, from this network address.
    pub(crate) fn new(email: &str, address: &str) -> Self {
        Self {
            account_here: secret::hash(&format!("login {email} {address}")),
            address: secret::hash(&format!("login from {address}")),
            account: secret::hash(&format!("login {email}")),
        }
    }
}

impl LoginThrottle {
    /// The counters in `coord`.
    pub(crate) fn new(coord: &Coord) -> Self {
        let of = |attempts| Throttle::new(coord, ThrottlePolicy { attempts, window: WINDOW });
        Self { of_account_here: of(10), of_address: of(60), of_account: of(100), places: Places::new(coord) }
    }

    /// Counts an attempt before the password is checked. Who is refused for one account is not counted for others: a
    /// script with an old password does not lock its whole office out.
    pub(crate) async fn attempt(&self, login: &Login) -> Answer<()> {
        allowed(self.of_account_here.attempt(&login.account_here).await)?;
        allowed(self.of_address.attempt(&login.address).await)?;
        match allowed(self.of_account.attempt(&login.account).await) {
            Err(_) if self.places.knows(&login.account_here).await.unwrap_or(false) => Ok(()),
            answer => answer,
        }
    }

    /// Forgets the attempts of an account, after a right one, and the right one itself.
    pub(crate) async fn succeeded(&self, login: &Login) {
        self.of_account_here.succeeded(&login.account_here).await;
        self.of_account.succeeded(&login.account).await;
        self.of_address.give_back(&login.address).await;
        let _ = self.places.remember(&login.account_here).await;
    }

    /// Does not count an attempt whose password nobody had the time to check.
    pub(crate) async fn not_checked(&self, login: &Login) {
        self.of_account_here.give_back(&login.account_here).await;
        self.of_address.give_back(&login.address).await;
        self.of_account.give_back(&login.account).await;
    }
}

fn allowed(attempt: Attempt) -> Answer<()> {
    match attempt {
        Attempt::Allowed => Ok(()),
        Attempt::Refused(wait) => {
            let detail = format!("Try again in {}.", minutes(wait));
            Err(Problem::new(ProblemCode::TooManyAttempts, detail).retry_after(wait.as_secs()))
        }
    }
}

fn minutes(wait: Duration) -> String {
    match wait.as_secs().div_ceil(60) {
        0 | 1 => "a minute".to_owned(),
        minutes => format!("{minutes} minutes"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Without Redis: each process counts for itself.
    fn throttle() -> LoginThrottle {
        LoginThrottle::new(&Coord::new("redis://127.0.0.1:1", Duration::from_millis(50)).unwrap())
    }

    async fn allowed(throttle: &LoginThrottle, email: &str, address: &str) -> bool {
        throttle.attempt(&Login::new(email, address)).await.is_ok()
    }

    #[tokio::test]
    async fn one_address_cannot_try_many_accounts() {
        let throttle = throttle();
        for guess in 0..60 {
            assert!(
                allowed(&throttle, &format!("person-{guess}@acme.example"), "192.0.2.7").await,
                "{guess}"
            );
        }
        assert!(!allowed(&throttle, "another@acme.example", "192.0.2.7").await);
        assert!(allowed(&throttle, "another@acme.example", "192.0.2.8").await);
    }

    #[tokio::test]
    async fn hammering_one_account_holds_up_neither_its_neighbours_nor_its_owner_elsewhere() {
        let throttle = throttle();
        for guess in 0..200 {
            assert_eq!(allowed(&throttle, "ann@acme.example", "192.0.2.7").await, guess < 10, "{guess}");
        }
        assert!(allowed(&throttle, "bob@acme.example", "192.0.2.7").await);
        assert!(allowed(&throttle, "ann@acme.example", "192.0.2.8").await);
    }

    #[tokio::test]
    async fn right_logins_and_unchecked_ones_are_not_counted() {
        let throttle = throttle();
        for turn in 0..200 {
            let login = Login::new("ann@acme.example", "192.0.2.7");
            assert!(throttle.attempt(&login).await.is_ok(), "{turn}");
            if turn % 2 == 0 { throttle.succeeded(&login).await } else { throttle.not_checked(&login).await }
        }
    }
}
