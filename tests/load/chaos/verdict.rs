//! What a scene cost.

use std::fmt;
use std::time::Duration;

use reqwest::Method;

use crate::support::api::Api;
use crate::support::hooks::Sent;
use crate::support::ledger::Ledger;

/// Accepted webhooks against what the target and the run history say.
#[derive(Debug, Clone, Default)]
pub struct Verdict {
    scene: String,
    sent: usize,
    accepted: usize,
    records: usize,
    doubled: usize,
    missing: usize,
    runs_missing: usize,
    runs_open: usize,
    settled_after: Duration,
}

impl Verdict {
    /// Counts now.
    pub async fn of(
        scene: String,
        sent: &Sent,
        ledger: &Ledger,
        api: &Api,
        quiet: Duration,
    ) -> anyhow::Result<Self> {
        let entries = ledger.entries();
        let ours = || sent.accepted.keys().filter_map(|key| entries.get(key));
        let mut verdict = Self {
            scene,
            sent: sent.accepted.len() + sent.refused.len(),
            accepted: sent.accepted.len(),
            records: ours().count(),
            doubled: ours().filter(|entry| entry.ids.len() > 1).count(),
            missing: sent.accepted.len() - ours().count(),
            settled_after: quiet,
            ..Self::default()
        };
        if verdict.missing == 0 {
            // The run history is asked run by run, which is slow: only when there is nothing else to wait for.
            (verdict.runs_missing, verdict.runs_open) = runs(sent, api).await;
        } else {
            (verdict.runs_missing, verdict.runs_open) = (verdict.accepted, 0);
        }
        Ok(verdict)
    }

    /// Whether every promise was kept.
    pub fn is_well(&self) -> bool {
        self.sent == self.accepted && self.doubled + self.missing + self.runs_missing + self.runs_open == 0
    }
}

/// How many accepted webhooks have no run, and how many have one that has not ended.
async fn runs(sent: &Sent, api: &Api) -> (usize, usize) {
    let (mut missing, mut open) = (0, 0);
    for accepted in sent.accepted.values() {
        match api.call(Method::GET, &format!("/v1/runs/{}", accepted.run_id), None).await {
            Err(_) => missing += 1,
            Ok(run) if matches!(run["status"].as_str(), Some("queued" | "running")) => open += 1,
            Ok(_) => {}
        }
    }
    (missing, open)
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { scene, sent, accepted, records, doubled, missing, runs_missing, runs_open, settled_after } =
            self;
        let seconds = settled_after.as_secs_f64();
        write!(
            f,
            "| {scene} | {sent} | {accepted} | {records} | {doubled} | {missing} | {runs_missing} | {runs_open} | {seconds:.0} s |"
        )
    }
}
