//! The owner of tasks.

use std::any::Any;
use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::time::Duration;

use futures_util::FutureExt;
use tokio::task::JoinSet;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::{Loop, Pace, Turn};
use crate::health::{Component, Health};

/// A task that ran for so long before it failed begins its back-off anew.
const STEADY: Duration = Duration::from_secs(60);

/// Owns the tasks of a process. Dropping it aborts them; [`Supervisor::finish`] lets them end.
#[derive(Debug)]
pub struct Supervisor {
    shutdown: CancellationToken,
    health: Health,
    tasks: JoinSet<()>,
}

impl Supervisor {
    /// Tasks end when `shutdown` is cancelled, and report to `health`.
    pub fn new(shutdown: CancellationToken, health: Health) -> Self {
        Self { shutdown, health, tasks: JoinSet::new() }
    }

    /// Takes turns of `work` until shutdown.
    pub fn spawn(&mut self, work: impl Loop, pace: Pace) {
        let watch = self.watch(work.name(), pace);
        self.tasks.spawn(take_turns(work, watch));
    }

    /// Keeps one long task running until shutdown (a consumer, a server): `start` makes it, and makes it again after it
    /// failed, panicked or ended too early. The task ends by itself when the token that it is given is cancelled.
    pub fn keep<S, F>(&mut self, name: &'static str, start: S)
    where
        S: FnMut(CancellationToken) -> F + Send + 'static,
        F: Future<Output = anyhow::Result<()>> + Send + 'static,
    {
        let watch = self.watch(name, Pace::every(Duration::ZERO));
        self.tasks.spawn(keep_running(start, watch));
    }

    /// Waits until every task has ended, which they do after shutdown.
    pub async fn finish(mut self) {
        while self.tasks.join_next().await.is_some() {}
    }

    fn watch(&self, name: &'static str, pace: Pace) -> Watch {
        let (shutdown, component) = (self.shutdown.clone(), self.health.component(name));
        Watch { name, pace, shutdown, component, failures: 0 }
    }
}

async fn take_turns(mut work: impl Loop, mut watch: Watch) {
    while !watch.shutdown.is_cancelled() {
        match caught(work.turn()).await {
            Ok(Turn::Worked(_)) => watch.went_well(),
            Ok(Turn::Idle) => {
                watch.went_well();
                watch.pause(watch.pace.idle_wait(rand::random())).await;
            }
            Err(error) => watch.failed(&error).await,
        }
    }
}

async fn keep_running<S, F>(mut start: S, mut watch: Watch)
where
    S: FnMut(CancellationToken) -> F + Send + 'static,
    F: Future<Output = anyhow::Result<()>> + Send + 'static,
{
    while !watch.shutdown.is_cancelled() {
        let began = Instant::now();
        let outcome = caught(start(watch.shutdown.clone())).await;
        if watch.shutdown.is_cancelled() {
            watch.log_last(outcome);
            return;
        }
        if began.elapsed() >= STEADY {
            watch.went_well();
        }
        let error = outcome.err().unwrap_or_else(|| anyhow::anyhow!("ended although nobody asked it to"));
        watch.failed(&error).await;
    }
}

/// Runs `work`; a panic becomes an error.
async fn caught<T>(work: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    match AssertUnwindSafe(work).catch_unwind().await {
        Ok(outcome) => outcome,
        Err(panic) => Err(anyhow::anyhow!("panicked: {}", panic_text(panic.as_ref()))),
    }
}

fn panic_text(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("without a message")
}

/// What the supervisor knows about one task.
struct Watch {
    name: &'static str,
    pace: Pace,
    shutdown: CancellationToken,
    component: Component,
    failures: u32,
}

impl Watch {
    fn went_well(&mut self) {
        if self.failures > 0 {
            tracing::info!(task.name = self.name, task.failures = self.failures, "the task works again");
            self.failures = 0;
            self.component.well();
        }
    }

    async fn failed(&mut self, error: &anyhow::Error) {
        self.failures = self.failures.saturating_add(1);
        let wait = self.pace.error_wait(self.failures, rand::random());
        tracing::warn!(
            task.name = self.name,
            task.failures = self.failures,
            task.wait_ms = u64::try_from(wait.as_millis()).unwrap_or(u64::MAX),
            error = format!("{error:#}"),
            "the task failed and will be tried again"
        );
        if self.failures >= self.pace.unhealthy_after {
            self.component.failing(format!("failed {} times in a row: {error:#}", self.failures));
        }
        self.pause(wait).await;
    }

    fn log_last(&self, outcome: anyhow::Result<()>) {
        if let Err(error) = outcome {
            tracing::warn!(
                task.name = self.name,
                error = format!("{error:#}"),
                "the task failed while ending"
            );
        }
    }

    async fn pause(&self, wait: Duration) {
        tokio::select! {
            () = self.shutdown.cancelled() => {}
            () = tokio::time::sleep(wait) => {}
        }
    }
}

#[cfg(test)]
#[path = "supervisor_test.rs"]
mod tests;
