//! When and how a process ends: the first SIGTERM or SIGINT drains it within a bound, the second ends it at once.

use std::future::Future;
use std::time::Duration;

use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio_util::sync::CancellationToken;

/// The wish to end, shared by everything that runs.
#[derive(Debug, Clone)]
pub struct Shutdown {
    asked: CancellationToken,
    bound: Duration,
}

impl Shutdown {
    /// Ends only when [`Shutdown::ask`] is called; `bound` is how long finishing may take.
    pub fn new(bound: Duration) -> Self {
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

/// The signals that end a process.
#[derive(Debug)]
pub(crate) struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    /// Listens from now on.
    pub(crate) fn listen() -> std::io::Result<Self> {
        Ok(Self { terminate: signal(SignalKind::terminate())?, interrupt: signal(SignalKind::interrupt())? })
    }

    /// The next one's name.
    pub(crate) async fn next(&mut self) -> &'static str {
        tokio::select! {
            _ = self.terminate.recv() => "SIGTERM",
            _ = self.interrupt.recv() => "SIGINT",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn work_is_bounded_only_once_the_end_was_asked() {
        let shutdown = Shutdown::new(Duration::from_secs(20));
        let slow = tokio::time::sleep(Duration::from_secs(3600));
        assert_eq!(shutdown.within_bound(slow).await, Some(()));
        shutdown.ask();
        let slow = tokio::time::sleep(Duration::from_secs(3600));
        assert_eq!(shutdown.within_bound(slow).await, None);
        assert_eq!(shutdown.within_bound(async { 1 }).await, Some(1));
    }
}
