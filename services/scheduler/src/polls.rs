//! Triggers the polls that are due, one run of each action at a time.

use std::collections::HashSet;

use anyhow::Context;
use async_trait::async_trait;
use chrono::TimeDelta;
use sha2::{Digest, Sha256};
use throughline_chassis::task::{Loop, Turn};
use throughline_contract::{Input, Trigger};
use throughline_domain::{Lane, RunId, TenantId, Timestamp, TriggerId, TriggerKind};
use throughline_flow::schedule;
use throughline_store::runs::ended_of;
use throughline_store::scheduling::schedules::{DuePoll, Moved, due, move_on};
use throughline_store::{Tx, act_for};
use uuid::Builder;

use crate::admission::Admission;

/// When a poll whose last run has not ended is looked at again, unless its next moment comes first.
const ASK_AGAIN: TimeDelta = TimeDelta::seconds(5);

/// The loop. Idempotent by moment: a poll that was admitted while its transaction failed is triggered again with the
/// same trigger id, so it is the same run.
///
/// A poll is admitted in the same turn, without a way through the queue of triggers. So its run is parked, or has a lease,
/// or has ended, and that tells whether it is still open.
pub struct Polls {
    admission: Admission,
}

impl Polls {
    /// Triggers for all tenants.
    pub fn new(admission: Admission) -> Self {
        Self { admission }
    }

    /// The last runs of these polls that have not ended: another one would only stand in line behind it, and read nothing
    /// that this one will not read.
    async fn open(&self, tx: &mut Tx, polls: &[DuePoll], now: Timestamp) -> anyhow::Result<HashSet<RunId>> {
        let parked = polls.iter().filter(|poll| poll.last_is_parked).filter_map(last_of).map(|(_, run)| run);
        let mut open: HashSet<RunId> = parked.collect();
        // A lease ends at its deadline at the latest, so nothing keeps a poll from its next run for longer than that.
        let alive = |poll: &&DuePoll| {
            poll.last
                .is_some_and(|(_, at)| (now - at).to_std().is_ok_and(|age| age < self.admission.lease_ttl()))
        };
        let started = polls.iter().filter(|poll| !poll.last_is_parked).filter(alive);
        let mut doubtful: Vec<(TenantId, RunId)> = started.filter_map(last_of).collect();
        // Without Redis nobody knows who has a lease; then the stored ends alone must say.
        if let Ok(holders) = self.admission.parts.leases.holders(&doubtful).await {
            doubtful.retain(|(_, run)| holders.contains(run));
        }
        if doubtful.is_empty() {
            return Ok(open);
        }
        // A lease may also be one that nobody could give back.
        let (tenants, runs): (Vec<_>, Vec<_>) = doubtful.into_iter().unzip();
        act_for(tx, &tenants).await?;
        let ended = ended_of(tx, &tenants, &runs).await?;
        open.extend(runs.into_iter().filter(|run| !ended.contains(run)));
        Ok(open)
    }
}

#[async_trait]
impl Loop for Polls {
    fn name(&self) -> &'static str {
        "polls"
    }

    async fn turn(&mut self) -> anyhow::Result<Turn> {
        let now = self.admission.parts.clock.now();
        let mut tx = self.admission.parts.store.service().await?;
        let polls = due(&mut tx, now, 200).await?;
        if polls.is_empty() {
            return Ok(Turn::Idle);
        }
        let open = self.open(&mut tx, &polls, now).await?;
        let is_open = |poll: &DuePoll| poll.last.is_some_and(|(run, _)| open.contains(&run));
        let ready = polls.iter().filter(|poll| !is_open(poll)).map(|poll| trigger_of(poll, now));
        self.admission.admit(&mut tx, ready.collect()).await?;
        let moved: Vec<Moved<'_>> = polls
            .iter()
            .map(|poll| {
                let next = next_due(poll, now);
                if is_open(poll) {
                    let soon = next.map(|next| next.min(now + ASK_AGAIN));
                    // A schedule without a next moment still owes this one.
                    Moved { poll, run: None, next_due: Some(soon.unwrap_or(now + ASK_AGAIN)) }
                } else {
                    Moved { poll, run: Some(id_of(poll).into()), next_due: next }
                }
            })
            .collect();
        move_on(&mut tx, &moved, now).await?;
        tx.commit().await.context("moving schedules on")?;
        Ok(Turn::Worked(polls.len()))
    }
}

fn last_of(poll: &DuePoll) -> Option<(TenantId, RunId)> {
    poll.last.map(|(run, _)| (poll.tenant, run))
}

/// The next moment after now, counted from the one that was due, so that intervals do not drift. Moments that passed while
/// nobody was looking are not made up for: the watermark of the poll covers them.
fn next_due(poll: &DuePoll, now: Timestamp) -> Option<Timestamp> {
    match serde_json::from_value(poll.trigger.clone()) {
        Ok(throughline_flow::Trigger::Poll(trigger)) => schedule::next_due(&trigger, poll.due)
            .filter(|next| *next > now)
            .or_else(|| schedule::next_due(&trigger, now)),
        _ => None,
    }
}

fn trigger_of(poll: &DuePoll, now: Timestamp) -> Trigger {
    Trigger {
        id: id_of(poll),
        tenant: poll.tenant,
        integration: poll.integration,
        action: poll.action.clone(),
        revision: None,
        kind: TriggerKind::Poll,
        lane: Lane::Bulk,
        accepted_at: now,
        not_before: None,
        attempt: 1,
        caused_by: None,
        input: Input::Poll,
    }
}

/// A version 7 UUID of the due moment, whose random part is a hash of what is polled: the same poll at the same moment
/// has the same id.
fn id_of(poll: &DuePoll) -> TriggerId {
    let mut hash = Sha256::new();
    hash.update(poll.tenant.as_uuid());
    hash.update(poll.integration.as_uuid());
    hash.update(poll.action.as_bytes());
    hash.update(poll.due.timestamp_micros().to_be_bytes());
    let digest = hash.finalize();
    let mut random = [0; 10];
    random.copy_from_slice(&digest[..10]);
    let millis = u64::try_from(poll.due.timestamp_millis()).unwrap_or(0);
    Builder::from_unix_timestamp_millis(millis, &random).into_uuid().into()
}
