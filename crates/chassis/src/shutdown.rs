//! When and how a process ends: the first SIGTERM or SIGINT drains it within a bound, the second ends it at once.

use std::future::Future;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

/// The wish to end, shared by everything that runs.
#[derive(Debug, Clone)]
pub struct Shutdown {
    asked: CancellationToken,
    bound: Duration,
}

impl Shutdown {
    /// Ends only when [`Shutdown::ask`] is called: for tests.
    pub fn manual(bound: Duration) -> Self {
        Self { asked: CancellationToken::new(), bound }
    }

    /// Asks everything to end.
    pub fn ask(&self) {
        self.asked.cancel();
    }

    /// Cancelled when the process should end; for `select!` and for other crates.
    pub fn token(&self) -> CancellationToken {
        self.asked.clone()
    }

    /// Waits until the process should end.
    pub async fn asked(&self) {
        self.asked.cancelled().await;
    }

    /// How long finishing may take.
    pub const fn bound(&self) -> Duration {
        self.bound
    }

    /// Runs `work` to its end, but once the process should end, only for the bound. `None`: it did not finish.
    pub async fn within_bound<T>(&self, work: impl Future<Output = T>) -> Option<T> {
        let late = async {
            self.asked.cancelled().await;
            tokio::time::sleep(self.bound).await;
        };
        tokio::select! {
            biased;
            done = work => Some(done),
            () = late => None,
        }
    }
}
