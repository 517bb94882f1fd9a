//! One scene: load, harm, quiet, verdict.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use crate::support::api::{Api, Wired};
use crate::support::hooks::{self, Pace};
use crate::support::ledger::Ledger;
use crate::support::stack::Stack;
use crate::verdict::Verdict;

/// Scenes have keys of their own, so that links of an earlier one do not matter.
static PLAYED: AtomicU32 = AtomicU32::new(0);

/// The longest that a scene may take to settle.
const PATIENCE: Duration = Duration::from_secs(180);

/// What is done to a process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Harm {
    /// Nothing: the scene that shows that the harness itself counts right.
    None,
    /// `kill -9`, three times, and started again each time.
    Kill,
    /// Stopped for so long, then started again.
    Outage {
        /// How long.
        seconds: u64,
    },
}

/// A process and what is done to it.
#[derive(Debug, Clone, Copy)]
pub struct Scene {
    /// Which process.
    pub unit: Option<&'static str>,
    /// What is done.
    pub harm: Harm,
}

impl Scene {
    /// For the table.
    pub fn name(&self) -> String {
        let unit = self.unit.unwrap_or("nothing");
        match self.harm {
            Harm::None => "no harm".to_owned(),
            Harm::Kill => format!("kill -9 {unit}, three times"),
            Harm::Outage { seconds } => format!("{unit} away for {seconds} s"),
        }
    }

    /// Plays it to the end.
    pub async fn play(
        &self,
        stack: &Stack,
        api: &Api,
        ledger: &Ledger,
        wired: &Wired,
        pace: &Pace,
    ) -> anyhow::Result<Verdict> {
        let prefix = format!("scene{}", PLAYED.fetch_add(1, Ordering::Relaxed));
        let sending = hooks::send(&api.http, &wired.hook_url, &prefix, "firing", *pace);
        let (sent, harmed) = tokio::join!(sending, self.harm(stack));
        harmed?;
        let quiet = Instant::now();
        loop {
            let verdict = Verdict::of(self.name(), &sent, ledger, api, quiet.elapsed()).await?;
            if verdict.is_well() || quiet.elapsed() > PATIENCE {
                return Ok(verdict);
            }
            tokio::time::sleep(Duration::from_secs(2)).await;
        }
    }

    async fn harm(&self, stack: &Stack) -> anyhow::Result<()> {
        let Some(unit) = self.unit else { return Ok(()) };
        tokio::time::sleep(Duration::from_millis(800)).await;
        match self.harm {
            Harm::None => {}
            Harm::Kill => {
                for _ in 0..3 {
                    stack.kill(unit).await?;
                    stack.start(unit).await?;
                    tokio::time::sleep(Duration::from_millis(700)).await;
                }
            }
            Harm::Outage { seconds } => {
                stack.stop(unit).await?;
                tokio::time::sleep(Duration::from_secs(seconds)).await;
                stack.start(unit).await?;
            }
        }
        Ok(())
    }
}
