//! Releases parked triggers whose moment has come, fairly among tenants.

use std::time::Duration;

use anyhow::Context;
use async_trait::async_trait;
use bytes::Bytes;
use futures_util::future::join_all;
use futures_util::{StreamExt, stream};
use throughline_chassis::task::{Loop, Turn};
use throughline_contract::{Message as _, Trigger};
use throughline_domain::{RunId, TenantId, Timestamp};
use throughline_queue::{Message, Queue};
use throughline_store::scheduling::parked::{Backlog, ParkedTrigger, park, take_due};

use crate::admission::Admission;
use crate::shares::{QUANTUM, Shares, Waiting};

/// The most bytes of one tenant's triggers in memory at a time; three of the largest webhooks.
const BYTES: u32 = 16 << 20;
/// Tenants that are served side by side: enough that one round trip to the broker is shared, few enough that neither the
/// memory ([`BYTES`] each) nor the connections to Postgres (one each) are all taken.
const SIDE_BY_SIDE: usize = 2;
/// How long a turn waits after it released less than a quantum of every tenant: places become free one by one, and each release
/// costs a transaction and a confirmed publish, so a few are gathered.
const GATHER: Duration = Duration::from_millis(15);

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
        let mut session = self.admission.parts.store.autocommit().await?;
        let backlogs = self.admission.read_backlogs(&mut session, now).await?;
        drop(session);
        Ok(join_all(backlogs.into_iter().map(async |backlog| {
            let limit = backlog.in_flight_limit.min(self.admission.limits.tenant_in_flight);
            let in_flight = self.admission.parts.leases.count(backlog.tenant).await.unwrap_or(0);
            (Waiting { tenant: backlog.tenant, free: limit.saturating_sub(in_flight) }, backlog)
        }))
        .await)
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
        let mut due = take_due(&mut tx, tenant, now, places, BYTES).await?;
        let runs: Vec<RunId> = due.iter().map(|due| due.trigger.into()).collect();
        // Places that were free a moment ago may be taken.
        let too_many = due.split_off(self.admission.acquire(tenant, &runs, limit).await);
        if !too_many.is_empty() {
            park(&mut tx, &too_many).await?;
        }
        let triggers = due.len();
        let mut readable = Vec::with_capacity(triggers);
        for parked in due {
            readable.extend(self.readable(parked).await?);
        }
        self.admission.readmit(&mut tx, readable).await?;
        tx.commit().await.context("forgetting released triggers")?;
        Ok(triggers)
    }

    /// The trigger; what this version cannot read is kept for a person instead.
    async fn readable(&self, parked: ParkedTrigger) -> anyhow::Result<Option<Trigger>> {
        let reason = match Trigger::decode(&parked.message) {
            Ok(trigger) => return Ok(Some(trigger)),
            Err(error) => format!("a trigger that waited cannot be read: {error}"),
        };
        let message = Message::new(Trigger::NAME, parked.trigger.as_uuid(), Bytes::from(parked.message));
        self.admission.parts.publisher.park(Queue::Triggers, &reason, message).await?;
        let _ = self.admission.parts.leases.release(parked.tenant, parked.trigger.into()).await;
        Ok(None)
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
        let grants = self.shares.round(&queue, room);
        let releasing = grants.into_iter().map(|(tenant, places)| {
            let of_tenant = waiting.iter().find(|(wait, _)| wait.tenant == tenant);
            let limit = of_tenant.map_or(1, |(_, backlog)| backlog.in_flight_limit);
            self.release(tenant, limit, places, now)
        });
        // Every tenant gets its turn, also when another one's triggers cannot be released.
        let done: Vec<anyhow::Result<usize>> =
            stream::iter(releasing).buffer_unordered(SIDE_BY_SIDE).collect().await;
        let released = done.into_iter().collect::<anyhow::Result<Vec<usize>>>()?;
        if released.iter().all(|triggers| *triggers == 0) {
            return Ok(Turn::Idle);
        }
        if released.iter().all(|triggers| *triggers < QUANTUM as usize) {
            tokio::time::sleep(GATHER).await;
        }
        Ok(Turn::Worked(released.iter().sum()))
    }
}
