//! What the scheduler must know of a revision: how long each action may take, and what of it is kept.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use throughline_domain::{HttpCapture, IntegrationId, RevisionNumber, TenantId};
use throughline_flow::Integration;

/// Revisions that are remembered; beyond it all are forgotten, and read again as needed.
const REMEMBERED: usize = 10_000;

/// The scheduler's view of one action.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ActionFacts {
    pub(super) timeout: Duration,
    pub(super) http: Option<HttpCapture>,
    pub(super) payload: Option<bool>,
}

/// Facts by action; `None`: the document cannot be used.
type Facts = Option<HashMap<String, ActionFacts>>;
type Revision = (TenantId, IntegrationId, RevisionNumber);

/// Facts of revisions, which are immutable and so are never stale.
#[derive(Default)]
pub(super) struct Documents {
    facts: Mutex<HashMap<Revision, Facts>>,
}

/// What is known about an action.
pub(super) enum Known {
    /// The revision has not been read yet.
    Unread,
    /// The revision cannot be used, or has no such action.
    Unusable,
    /// This.
    Action(ActionFacts),
}

impl Documents {
    pub(super) fn action(&self, revision: Revision, key: &str) -> Known {
        let facts = self.facts.lock().unwrap_or_else(PoisonError::into_inner);
        match facts.get(&revision) {
            None => Known::Unread,
            Some(facts) => match facts.as_ref().and_then(|actions| actions.get(key)) {
                Some(action) => Known::Action(*action),
                None => Known::Unusable,
            },
        }
    }

    pub(super) fn remember(&self, revision: Revision, document: &serde_json::Value) {
        let facts = throughline_flow::parse(document).ok().map(|integration| facts_of(&integration));
        let mut known = self.facts.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= REMEMBERED {
            known.clear();
        }
        known.insert(revision, facts);
    }
}

fn facts_of(integration: &Integration) -> HashMap<String, ActionFacts> {
    let facts = |action: &throughline_flow::Action| ActionFacts {
        timeout: action.limits.timeout.as_duration(),
        http: action.capture.as_ref().and_then(|choice| choice.http),
        payload: action.capture.as_ref().and_then(|choice| choice.payload),
    };
    integration.actions.iter().map(|action| (action.key.clone(), facts(action))).collect()
}
