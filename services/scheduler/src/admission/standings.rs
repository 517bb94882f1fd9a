//! The standing of integrations: read when it must be, remembered for triggers that are older than what was read.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use chrono::TimeDelta;
use throughline_contract::Trigger;
use throughline_domain::{IntegrationId, TenantId, Timestamp};
use throughline_store::scheduling::admission::Standing;

/// How long a standing is remembered.
const REMEMBERED_FOR: TimeDelta = TimeDelta::milliseconds(500);
/// How many; beyond it all are forgotten.
const REMEMBERED: usize = 10_000;

/// Whose, and which.
pub(super) type Key = (TenantId, IntegrationId);

/// What was read lately.
///
/// Only a trigger that was accepted before the reading may use it: who publishes a revision, enables an integration or
/// changes a setting, and then triggers, finds his change in force. That serves parked triggers, which are the many under
/// load; and nothing but a good standing is remembered, because a refusal cannot be taken back.
#[derive(Debug, Default)]
pub(super) struct Standings(Mutex<HashMap<Key, (Timestamp, Standing)>>);

impl Standings {
    /// The standing for a trigger, if it is remembered.
    pub(super) fn of(&self, trigger: &Trigger, now: Timestamp) -> Option<Standing> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (read_at, standing) = known.get(&(trigger.tenant, trigger.integration))?;
        let usable = trigger.accepted_at < *read_at && now - *read_at < REMEMBERED_FOR;
        usable.then(|| standing.clone())
    }

    /// Remembers what was read by a query that began at `read_at`.
    pub(super) fn remember(&self, read_at: Timestamp, standings: &[Standing]) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= REMEMBERED {
            known.clear();
        }
        for standing in standings {
            let key = (standing.tenant, standing.integration);
            if standing.enabled && standing.published.is_some() {
                known.insert(key, (read_at, standing.clone()));
            } else {
                known.remove(&key);
            }
        }
    }
}
