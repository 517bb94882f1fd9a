//! Triggers the polls that are due.

use anyhow::Context;
use async_trait::async_trait;
use futures_util::future::try_join_all;
use sha2::{Digest, Sha256};
use throughline_chassis::task::{Loop, Turn};
use throughline_contract::{Input, Message as _, Trigger};
use throughline_domain::{Lane, Timestamp, TriggerId, TriggerKind};
use throughline_flow::schedule;
use throughline_queue::{Message, Queue};
use throughline_store::scheduling::schedules::{DuePoll, due, fired};
use uuid::Builder;

use crate::Parts;

/// The loop. Idempotent by moment: a poll that was published while its transaction failed is triggered again with the
/// same trigger id, so it is the same run.
pub struct Polls {
    parts: Parts,
}

impl Polls {
    /// Triggers for all tenants.
    pub fn new(parts: Parts) -> Self {
        Self { parts }
    }
}

#[async_trait]
impl Loop for Polls {
    fn name(&self) -> &'static str {
        "polls"
    }

    async fn turn(&mut self) -> anyhow::Result<Turn> {
        let now = self.parts.clock.now();
        let mut tx = self.parts.store.service().await?;
        let polls = due(&mut tx, now, 200).await?;
        try_join_all(polls.iter().map(|poll| {
            let trigger = trigger_of(poll, now);
            let message = Message::new(Trigger::NAME, trigger.id.as_uuid(), trigger.encode());
            self.parts.publisher.publish(Queue::Triggers, message)
        }))
        .await?;
        for poll in &polls {
            fired(&mut tx, poll, now, next_due(poll, now)).await?;
        }
        tx.commit().await.context("moving schedules on")?;
        Ok(if polls.is_empty() { Turn::Idle } else { Turn::Worked(polls.len()) })
    }
}

/// The next moment after now, counted from the one that was due, so that intervals do not drift. Moments that passed while nobody was looking are not made up for: the watermark of the
/// poll covers them.
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
