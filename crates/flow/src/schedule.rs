//! When a poll is due.

use chrono::{DateTime, Utc};

use crate::document::PollTrigger;

/// The first instant later than `after` at which the trigger is due; `None` when there is none, or the trigger has faults.
pub fn next_due(trigger: &PollTrigger, after: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let _ = (trigger, after);
    None
}
