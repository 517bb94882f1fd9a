//! Settles runs that show `running` past their time: their worker is lost, and nobody finished them.

use std::collections::HashMap;

use anyhow::Context;
use async_trait::async_trait;
use chrono::TimeDelta;
use throughline_chassis::task::{Loop, Turn};
use throughline_contract::RunHeader;
use throughline_domain::{ErrorCode, Retention, RunError, RunId, RunStatus, Side, Timestamp};
use throughline_store::runs::{RunIdentity, overdue};

use crate::{Parts, settlement};

/// How long after its deadline a run is left to the worker, which settles it as timed out itself.
const GRACE: TimeDelta = TimeDelta::seconds(15);

/// How long the sink has to write a settlement before it is published again. Its message waits in the broker, so this only
/// makes up for one that was parked by mistake; meanwhile the queue must not fill with the same words.
const SINK_TAKES: TimeDelta = TimeDelta::minutes(10);

/// Settlements that are remembered; runs beyond it wait until some of these are written.
const REMEMBERED: usize = 10_000;

/// The loop. Idempotent: a run that has ended is not changed by a later settlement.
pub struct Overdue {
    parts: Parts,
    /// Runs whose settlement is on its way, and since when.
    settled: HashMap<RunId, Timestamp>,
}

impl Overdue {
    /// Settles for all tenants.
    pub fn new(parts: Parts) -> Self {
        Self { parts, settled: HashMap::new() }
    }
}

#[async_trait]
impl Loop for Overdue {
    fn name(&self) -> &'static str {
        "overdue"
    }

    async fn turn(&mut self) -> anyhow::Result<Turn> {
        let now = self.parts.clock.now();
        self.settled.retain(|_, since| now - *since < SINK_TAKES);
        if self.settled.len() >= REMEMBERED {
            return Ok(Turn::Idle);
        }
        // What is on its way is left out by the query: a sink that is away must not hide the runs behind the first 200.
        let on_their_way: Vec<RunId> = self.settled.keys().copied().collect();
        let mut tx = self.parts.store.service().await?;
        let runs = overdue(&mut tx, now - GRACE, &on_their_way, 200).await?;
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
            self.settled.insert(run.identity.run, now);
            let _ = self.parts.leases.release(run.identity.tenant, run.identity.run).await;
        }
        tx.commit().await.context("looking for overdue runs")?;
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
