//! Decides of each trigger: now, later, or never.
//!
//! Idempotent by the trigger's id, which becomes the run's: a trigger that is delivered twice takes the same lease,
//! parks in the same row, or makes a run request that the worker's links recognise.

mod backlogs;
mod documents;
mod request;
mod room;
mod standings;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use async_trait::async_trait;
use futures_util::future::{join_all, try_join_all};
use throughline_chassis::config;
use throughline_contract::{Capture, Message as _, RunRequest, Trigger};
use throughline_coord::Acquired;
use throughline_domain::{Lane, RunId, TenantId, Timestamp};
use throughline_queue::{BatchHandler, BatchVerdict, Delivery, Message, PublishError, Queue};
use throughline_store::Session;
use throughline_store::scheduling::admission::{Standing, standings};
use throughline_store::scheduling::parked::{self, ParkedTrigger, Reason, park};
use tokio::time::Instant;

use crate::Parts;
use crate::settlement;
use backlogs::Backlogs;
use documents::Documents;
use room::Room;
use standings::{Key, Standings};

/// A lease outlives its run by this, so that a worker that is late to give it back is not overtaken.
const LEASE_GRACE: Duration = Duration::from_secs(30);

/// Turns triggers into run requests. Clones share what has been compiled.
#[derive(Clone)]
pub struct Admission {
    pub(crate) parts: Parts,
    pub(crate) limits: Limits,
    pub(crate) backlogs: Arc<Backlogs>,
    documents: Arc<Documents>,
    standings: Arc<Standings>,
    room: Arc<Room>,
}

/// The operator's limits.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    /// No tenant may have more runs in flight, whatever its own limit says.
    pub(crate) tenant_in_flight: u32,
    /// Runs that may wait in the broker.
    pub(crate) queue_depth: u32,
    /// The longest that a run may take.
    pub(crate) run_timeout: Duration,
}

/// What becomes of a batch of triggers.
#[derive(Default)]
struct Plan {
    run: Vec<(Trigger, RunRequest)>,
    refuse: Vec<Capture>,
    park: Vec<ParkedTrigger>,
    /// How many runs each tenant may have in flight.
    limits: HashMap<TenantId, u32>,
}

/// Whether triggers stand behind those of their tenant that wait already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Line {
    Keep,
    /// They were at its head.
    Passed,
}

#[async_trait]
impl BatchHandler for Admission {
    async fn handle(&self, batch: &[Delivery]) -> anyhow::Result<Vec<BatchVerdict>> {
        let mut triggers = Vec::with_capacity(batch.len());
        let verdicts = batch
            .iter()
            .map(|delivery| match Trigger::decode(&delivery.body) {
                Ok(trigger) => {
                    triggers.push(trigger);
                    BatchVerdict::Ack
                }
                Err(error) => BatchVerdict::Park(error.to_string()),
            })
            .collect();
        if !triggers.is_empty() {
            let mut session = self.parts.store.autocommit().await?;
            self.admit(&mut session, triggers).await?;
        }
        Ok(verdicts)
    }
}

impl Admission {
    /// Admits with these parts and the operator's limits.
    pub fn new(parts: Parts, config: &config::Scheduler) -> Self {
        let limits = Limits {
            tenant_in_flight: config.tenant_in_flight,
            queue_depth: config.queue_depth,
            run_timeout: config.run_timeout,
        };
        Self {
            parts,
            limits,
            backlogs: Arc::default(),
            documents: Arc::default(),
            standings: Arc::default(),
            room: Arc::default(),
        }
    }

    /// Makes what becomes of these triggers durable: requested, parked, or settled as a run that cannot be.
    ///
    /// What is parked is durable when the transaction of `session` commits, if it has one.
    ///
    /// # Errors
    /// When Postgres or the broker is away; nothing is lost, the batch is delivered again.
    pub async fn admit(&self, session: &mut Session, triggers: Vec<Trigger>) -> anyhow::Result<()> {
        if triggers.is_empty() {
            return Ok(());
        }
        let now = self.parts.clock.now();
        let room = self.room().await?;
        if !self.backlogs.is_fresh() {
            self.read_backlogs(session, now).await?;
        }
        let mut plan = self.plan(session, triggers, now, room, Line::Keep).await?;
        self.lease(&mut plan, now).await;
        self.carry_out(session, plan).await
    }

    /// Requests runs for triggers that have their leases already.
    pub(crate) async fn readmit(&self, session: &mut Session, triggers: Vec<Trigger>) -> anyhow::Result<()> {
        if triggers.is_empty() {
            return Ok(());
        }
        // Whoever releases has made sure of the room: what has left its place must not be parked again.
        let now = self.parts.clock.now();
        let plan = self.plan(session, triggers, now, u32::MAX, Line::Passed).await?;
        self.carry_out(session, plan).await
    }

    /// How many more bulk runs the broker should be given now.
    pub(crate) async fn room(&self) -> anyhow::Result<u32> {
        if let Some(left) = self.room.left() {
            return Ok(left);
        }
        let depth = self.parts.broker.depth(Queue::RunsBulk).await?;
        let room = self.limits.queue_depth.saturating_sub(depth.messages);
        self.room.heard(room);
        Ok(room)
    }

    /// The tenants with triggers that may be released now.
    pub(crate) async fn read_backlogs(
        &self,
        session: &mut Session,
        now: Timestamp,
    ) -> anyhow::Result<Vec<parked::Backlog>> {
        let began = Instant::now();
        let found = parked::backlogs(session, now).await?;
        self.backlogs.learn(began, found.iter().map(|backlog| backlog.tenant));
        Ok(found)
    }

    /// What to do with each trigger, but for the question whether its tenant has a free place.
    async fn plan(
        &self,
        session: &mut Session,
        triggers: Vec<Trigger>,
        now: Timestamp,
        mut room: u32,
        line: Line,
    ) -> anyhow::Result<Plan> {
        let mut plan = Plan::default();
        let (due, early): (Vec<_>, Vec<_>) =
            triggers.into_iter().partition(|trigger| trigger.not_before.is_none_or(|moment| moment <= now));
        plan.park.extend(early.into_iter().map(|trigger| {
            let moment = trigger.not_before.unwrap_or(now);
            parked(trigger, Reason::Retry, moment)
        }));
        if due.is_empty() {
            return Ok(plan);
        }
        let standings = self.standings(session, &due, now).await?;
        for trigger in due {
            let Some(standing) = standings.get(&(trigger.tenant, trigger.integration)) else {
                tracing::warn!(
                    throughline.run.id = %trigger.id,
                    throughline.integration.id = %trigger.integration,
                    "a trigger of an integration that no longer exists was dropped"
                );
                continue;
            };
            plan.limits.insert(trigger.tenant, standing.in_flight_limit);
            match self.request(session, &trigger, standing, now).await? {
                Err(error) => plan.refuse.push(request::refused(&trigger, standing, error, now)),
                Ok(_) if line == Line::Keep && self.must_queue(&trigger) => {
                    plan.park.push(parked(trigger, Reason::Share, now));
                }
                Ok(_) if room == 0 && trigger.lane == Lane::Bulk => {
                    plan.park.push(parked(trigger, Reason::Depth, now));
                }
                Ok(request) => {
                    room = room.saturating_sub(1);
                    plan.run.push((trigger, request));
                }
            }
        }
        Ok(plan)
    }

    /// Whether others of the trigger's tenant were there before it. Who triggers by hand stands in no line.
    fn must_queue(&self, trigger: &Trigger) -> bool {
        trigger.lane == Lane::Bulk && self.backlogs.has(trigger.tenant)
    }

    async fn standings(
        &self,
        session: &mut Session,
        triggers: &[Trigger],
        now: Timestamp,
    ) -> anyhow::Result<HashMap<Key, Standing>> {
        let mut known = HashMap::new();
        let mut wanted = Vec::new();
        for trigger in triggers {
            let key = (trigger.tenant, trigger.integration);
            match self.standings.of(trigger, now) {
                Some(standing) => drop(known.insert(key, standing)),
                None => wanted.push(key),
            }
        }
        wanted.sort_unstable();
        wanted.dedup();
        if !wanted.is_empty() {
            let found = standings(session, &wanted).await.context("reading the standing of integrations")?;
            self.standings.remember(now, &found);
            known.extend(
                found.into_iter().map(|standing| ((standing.tenant, standing.integration), standing)),
            );
        }
        Ok(known)
    }

    /// Takes a lease for each run; those beyond their tenant's share are parked. Without Redis everything is admitted,
    /// bounded by the depth of the queue.
    async fn lease(&self, plan: &mut Plan, now: Timestamp) {
        let mut by_tenant = HashMap::<TenantId, Vec<(Trigger, RunRequest)>>::new();
        for (trigger, request) in std::mem::take(&mut plan.run) {
            by_tenant.entry(trigger.tenant).or_default().push((trigger, request));
        }
        let limits = &plan.limits;
        let asking = by_tenant.into_iter().map(|(tenant, wanted)| async move {
            let (people, bulk): (Vec<_>, Vec<_>) =
                wanted.into_iter().partition(|(trigger, _)| trigger.lane == Lane::Interactive);
            // A person does not wait for a free place, but counts.
            let _ = self.parts.leases.renew_many(tenant, &runs_of(&people), self.lease_ttl()).await;
            let limit = limits.get(&tenant).copied().unwrap_or(self.limits.tenant_in_flight);
            let granted = self.acquire(tenant, &runs_of(&bulk), limit).await;
            (people, bulk, granted)
        });
        // One round trip for all tenants: the connection carries the questions one behind the other.
        for (people, mut bulk, granted) in join_all(asking).await {
            let beyond = bulk.split_off(granted);
            plan.run.extend(people.into_iter().chain(bulk));
            plan.park.extend(beyond.into_iter().map(|(trigger, _)| parked(trigger, Reason::Share, now)));
        }
    }

    /// How many of `runs`, in order, may be in flight now.
    pub(crate) async fn acquire(&self, tenant: TenantId, runs: &[RunId], limit: u32) -> usize {
        let limit = limit.min(self.limits.tenant_in_flight);
        match runs {
            [] => 0,
            [run] => match self.parts.leases.acquire(tenant, *run, limit, self.lease_ttl()).await {
                Ok(Acquired::Full) => 0,
                Ok(Acquired::Granted) | Err(_) => 1,
            },
            runs => {
                let granted = self.parts.leases.acquire_many(tenant, runs, limit, self.lease_ttl()).await;
                granted.unwrap_or(runs.len())
            }
        }
    }

    /// How long a lease holds its place, if nobody gives it back.
    pub(crate) fn lease_ttl(&self) -> Duration {
        self.limits.run_timeout + LEASE_GRACE
    }

    async fn carry_out(&self, session: &mut Session, plan: Plan) -> anyhow::Result<()> {
        if !plan.park.is_empty() {
            park(session, &plan.park).await.context("parking triggers")?;
            for parked in plan.park.iter().filter(|parked| parked.reason != Reason::Retry) {
                self.backlogs.note(parked.tenant);
            }
        }
        let too_large = self.publish(plan.run.into_iter().map(|(_, request)| request)).await?;
        for capture in plan.refuse.iter().chain(&too_large) {
            settlement::publish(&self.parts.publisher, capture).await?;
        }
        Ok(())
    }

    /// Publishes run requests, all at a time; returns when the broker holds them all. Of those that no broker would hold,
    /// the settlements: tried again they would hold up everybody else for ever.
    async fn publish(&self, requests: impl Iterator<Item = RunRequest>) -> anyhow::Result<Vec<Capture>> {
        let publishing = requests.map(async |request| {
            let queue = match request.lane {
                Lane::Bulk => {
                    self.room.used(1);
                    Queue::RunsBulk
                }
                Lane::Interactive => Queue::RunsInteractive,
            };
            let message = Message::new(RunRequest::NAME, request.run.as_uuid(), request.encode());
            match self.parts.publisher.publish(queue, message).await {
                Ok(()) => Ok(None),
                Err(error @ PublishError::TooLarge { .. }) => {
                    let _ = self.parts.leases.release(request.tenant, request.run).await;
                    Ok(Some(request::too_large(&request, &error, self.parts.clock.now())))
                }
                Err(error) => Err(error),
            }
        });
        Ok(try_join_all(publishing).await?.into_iter().flatten().collect())
    }
}

fn runs_of(wanted: &[(Trigger, RunRequest)]) -> Vec<RunId> {
    wanted.iter().map(|(_, request)| request.run).collect()
}

fn parked(trigger: Trigger, reason: Reason, not_before: Timestamp) -> ParkedTrigger {
    ParkedTrigger {
        tenant: trigger.tenant,
        trigger: trigger.id,
        lane: trigger.lane,
        reason,
        not_before,
        message: Trigger { not_before: None, ..trigger }.encode(),
    }
}
