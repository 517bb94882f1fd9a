//! Keeps the schedules in step with the published revisions.

use anyhow::Context;
use async_trait::async_trait;
use chrono::TimeDelta;
use throughline_chassis::task::{Loop, Turn};
use throughline_domain::Timestamp;
use throughline_flow::{Trigger, schedule};
use throughline_store::scheduling::schedules::{PlannedPoll, Unplanned, plan, unplanned};

use crate::Parts;

/// How far back a turn looks for integrations that have changed: more than the clocks of Postgres and the scheduler may
/// differ by, and more than a transaction takes from its first statement to its end.
const RECENT: TimeDelta = TimeDelta::minutes(5);
/// How often all integrations are looked at, in case one was missed.
const EVERYTHING: TimeDelta = TimeDelta::minutes(1);

/// The loop. Idempotent by integration and revision.
pub struct Planning {
    parts: Parts,
    /// When all integrations were looked at last and none was left.
    all_at: Option<Timestamp>,
}

impl Planning {
    /// Plans for all tenants.
    pub fn new(parts: Parts) -> Self {
        Self { parts, all_at: None }
    }
}

#[async_trait]
impl Loop for Planning {
    fn name(&self) -> &'static str {
        "planning"
    }

    async fn turn(&mut self) -> anyhow::Result<Turn> {
        let now = self.parts.clock.now();
        let mut tx = self.parts.store.service().await?;
        let all = self.all_at.is_none_or(|at| now - at >= EVERYTHING);
        let since = if all { Timestamp::UNIX_EPOCH } else { now - RECENT };
        let found = unplanned(&mut tx, since, 100).await?;
        for one in &found {
            plan(&mut tx, one.tenant, one.integration, one.revision, &polls_of(one, now)).await?;
        }
        tx.commit().await.context("planning polls")?;
        if all && found.is_empty() {
            self.all_at = Some(now);
        }
        Ok(if found.is_empty() { Turn::Idle } else { Turn::Worked(found.len()) })
    }
}

/// The polls of a revision. Interval polls are due at once, so that a new integration shows life; cron polls wait for
/// their time.
fn polls_of(unplanned: &Unplanned, now: Timestamp) -> Vec<PlannedPoll> {
    let Some(document) = &unplanned.document else { return Vec::new() };
    let Ok(integration) = throughline_flow::parse(document) else {
        tracing::error!(throughline.integration.id = %unplanned.integration, "a published revision cannot be read");
        return Vec::new();
    };
    let planned = |action: &throughline_flow::Action| match &action.trigger {
        Trigger::Poll(poll) => Some(PlannedPoll {
            action: action.key.clone(),
            trigger: serde_json::to_value(&action.trigger).ok()?,
            next_due: first_due(poll, now),
        }),
        Trigger::Listen | Trigger::Manual => None,
    };
    integration.actions.iter().filter_map(planned).collect()
}

fn first_due(poll: &throughline_flow::PollTrigger, now: Timestamp) -> Option<Timestamp> {
    match poll.timing {
        throughline_flow::document::Timing::Every { .. } => Some(now),
        throughline_flow::document::Timing::Cron { .. } => schedule::next_due(poll, now),
    }
}
