//! Settles runs that show `running` past their time: their worker is lost, and nobody finished them.

use anyhow::Context;
use async_trait::async_trait;
use chrono::TimeDelta;
use throughline_chassis::task::{Loop, Turn};
use throughline_contract::RunHeader;
use throughline_domain::{ErrorCode, Retention, RunError, RunStatus, Side};
use throughline_store::runs::{RunIdentity, overdue};

use crate::{Parts, settlement};

/// How long after its deadline a run is left to the worker, which settles it as timed out itself.
const GRACE: TimeDelta = TimeDelta::seconds(15);

/// The loop. Idempotent: a run that has ended is not changed by a later settlement.
pub struct Overdue {
    parts: Parts,
}

impl Overdue {
    /// Settles for all tenants.
    pub fn new(parts: Parts) -> Self {
        Self { parts }
    }
}

#[async_trait]
impl Loop for Overdue {
    fn name(&self) -> &'static str {
        "overdue"
    }

    async fn turn(&mut self) -> anyhow::Result<Turn> {
        let now = self.parts.clock.now();
        let mut tx = self.parts.store.service().await?;
        let runs = overdue(&mut tx, now - GRACE, 200).await?;
        tx.commit().await.context("looking for overdue runs")?;
        for run in &runs {
            let error = RunError::new(
                ErrorCode::RunAbandoned,
                Side::Throughline,
                "The worker that executed this run was lost, and no other one finished it in time. What it had already \
                 written is linked and will not be written twice.",
            );
            let header = header_of(&run.identity);
            let capture = settlement::settled(header, run.started_at, now, RunStatus::Failed, error);
            settlement::publish(&self.parts.publisher, &capture).await?;
            let _ = self.parts.leases.release(run.identity.tenant, run.identity.run).await;
        }
        // The sink writes a moment later; until then the same runs would be found again.
        Ok(Turn::Idle)
    }
}

/// The header that places the settlement in the row that is there already.
fn header_of(run: &RunIdentity) -> RunHeader {
    RunHeader {
        run: run.run,
        tenant: run.tenant,
        integration: run.integration,
        action: run.action.clone(),
        revision: run.revision,
        trigger: run.trigger,
        attempt: run.attempt,
        queued_at: run.queued_at,
        caused_by: run.caused_by,
        retention: Retention { status: run.class, payload: run.class, http: run.class },
    }
}
