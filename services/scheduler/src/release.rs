//! Releases parked triggers whose moment has come, fairly among tenants.

use anyhow::Context;
use async_trait::async_trait;
use throughline_chassis::task::{Loop, Turn};
use throughline_contract::{Message as _, Trigger};
use throughline_domain::{RunId, TenantId, Timestamp, TriggerId};
use throughline_store::scheduling::parked::{Backlog, Due, backlogs, forget, take_due};

use crate::admission::Admission;
use crate::shares::{Shares, Waiting};

/// The loop. Idempotent by trigger id: a trigger that was published while the transaction that forgets it failed is
/// released again, as the same run.
pub struct Release {
    admission: Admission,
    shares: Shares,
}

impl Release {
    /// Releases into the same queue as `admission`.
    pub fn new(admission: Admission) -> Self {
        Self { admission, shares: Shares::default() }
    }

    async fn waiting(&self, now: Timestamp) -> anyhow::Result<Vec<(Waiting, Backlog)>> {
        let mut tx = self.admission.parts.store.service().await?;
        let backlogs = backlogs(&mut tx, now).await?;
        tx.commit().await.context("looking for parked triggers")?;
        let mut waiting = Vec::with_capacity(backlogs.len());
        for backlog in backlogs {
            let limit = backlog.in_flight_limit.min(self.admission.limits.tenant_in_flight);
            let in_flight = self.admission.parts.leases.count(backlog.tenant).await.unwrap_or(0);
            waiting
                .push((Waiting { tenant: backlog.tenant, free: limit.saturating_sub(in_flight) }, backlog));
        }
        Ok(waiting)
    }

    /// Releases up to `places` triggers of one tenant, in one transaction.
    async fn release(
        &self,
        tenant: TenantId,
        limit: u32,
        places: u32,
        now: Timestamp,
    ) -> anyhow::Result<usize> {
        let mut tx = self.admission.parts.store.service().await?;
        let due = take_due(&mut tx, tenant, now, places).await?;
        let runs: Vec<RunId> = due.iter().map(|due| due.trigger.into()).collect();
        let granted = self.admission.acquire(tenant, &runs, limit).await;
        let released: Vec<TriggerId> = due[..granted].iter().map(|due| due.trigger).collect();
        self.admission.readmit(due.into_iter().take(granted).filter_map(readable).collect()).await?;
        forget(&mut tx, tenant, &released).await?;
        tx.commit().await.context("forgetting released triggers")?;
        Ok(released.len())
    }
}

#[async_trait]
impl Loop for Release {
    fn name(&self) -> &'static str {
        "release"
    }

    async fn turn(&mut self) -> anyhow::Result<Turn> {
        let now = self.admission.parts.clock.now();
        let waiting = self.waiting(now).await?;
        if waiting.is_empty() {
            return Ok(Turn::Idle);
        }
        let room = self.admission.room().await?;
        let queue: Vec<Waiting> = waiting.iter().map(|(wait, _)| *wait).collect();
        let mut released = 0;
        for (tenant, places) in self.shares.round(&queue, room) {
            let limit =
                waiting.iter().find(|(wait, _)| wait.tenant == tenant).map(|(_, b)| b.in_flight_limit);
            released += self.release(tenant, limit.unwrap_or(1), places, now).await?;
        }
        Ok(if released == 0 { Turn::Idle } else { Turn::Worked(released) })
    }
}

/// What this version cannot read any more is dropped with a word in the log: it was ours, written by ourselves.
fn readable(due: Due) -> Option<Trigger> {
    Trigger::decode(&due.message)
        .inspect_err(|error| {
            tracing::error!(throughline.run.id = %due.trigger, error = %error, "a parked trigger cannot be read");
        })
        .ok()
}
