//! Supervised tasks: a loop says what one turn is; waiting, back-off, panics, cancellation and health are ours.

use std::future::Future;
use std::time::Duration;

use async_trait::async_trait;
use tokio_util::sync::CancellationToken;

use crate::health::Health;

/// What one turn of a loop did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// It found work, this many items: take the next turn at once.
    Worked(usize),
    /// There was nothing to do: wait.
    Idle,
}

/// Work in turns. Tests call [`Loop::turn`]; processes give it to a [`Supervisor`].
///
/// A turn that fails or panics is logged, and the next one is taken after a pause, with the same value: a loop keeps
/// nothing between turns that a half-done turn could spoil.
#[async_trait]
pub trait Loop: Send + 'static {
    /// The name in logs, metrics and health: `release-triggers`.
    fn name(&self) -> &'static str;

    /// Does what there is to do now. It is not cancelled half-way: keep turns short.
    async fn turn(&mut self) -> anyhow::Result<Turn>;
}

/// How long a loop waits between turns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    /// After an idle turn, give or take a tenth, so that replicas do not move in step.
    pub idle: Duration,
    /// After the first of several failed turns; doubles with each further one.
    pub after_error: Duration,
    /// The longest wait after a failed turn.
    pub after_error_at_most: Duration,
    /// After so many failed turns in a row the process is no longer ready.
    pub unhealthy_after: u32,
}

impl Pace {
    /// Idle waits of `idle`, and the default back-off.
    pub const fn every(idle: Duration) -> Self {
        Self {
            idle,
            after_error: Duration::from_millis(200),
            after_error_at_most: Duration::from_secs(10),
            unhealthy_after: 3,
        }
    }
}

/// Owns the tasks of a process. Dropping it aborts them; [`Supervisor::finish`] lets them end.
#[derive(Debug)]
pub struct Supervisor {
    shutdown: CancellationToken,
    health: Health,
}

impl Supervisor {
    /// Tasks end when `shutdown` is cancelled, and report to `health`.
    pub fn new(shutdown: CancellationToken, health: Health) -> Self {
        Self { shutdown, health }
    }

    /// Takes turns of `work` until shutdown.
    pub fn spawn(&mut self, work: impl Loop, pace: Pace) {
        let _ = (work, pace, &self.shutdown, &self.health);
        todo!()
    }

    /// Keeps one long task running until shutdown (a consumer, a server): `start` makes it, and makes it again after it
    /// failed, panicked or ended too early. The task ends by itself when the token that it is given is cancelled.
    pub fn keep<S, F>(&mut self, name: &'static str, start: S)
    where
        S: FnMut(CancellationToken) -> F + Send + 'static,
        F: Future<Output = anyhow::Result<()>> + Send + 'static,
    {
        let _ = (name, start);
        todo!()
    }

    /// Waits until every task has ended, which they do after shutdown.
    pub async fn finish(self) {
        todo!()
    }
}
