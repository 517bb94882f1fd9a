//! What becomes of a record.

use crate::token::words;

words! {
    /// What became of one record in a run.
    Outcome as "outcome" {
        /// A record was made in the target.
        Created = "created",
        /// The target's record was changed.
        Updated = "updated",
        /// The target already says this; nothing was written.
        Unchanged = "unchanged",
        /// The action does not apply: stale version, nothing to create, found by lookup.
        Skipped = "skipped",
        /// The filter left it out.
        Filtered = "filtered",
        /// It did not arrive.
        Failed = "failed",
        /// It may have arrived; a person must look.
        InDoubt = "in_doubt",
    }
}

words! {
    /// What is done to the target for one record.
    Operation as "operation" {
        /// Make a new record.
        Create = "create",
        /// Change the linked record.
        Update = "update",
    }
}

/// How many records had which outcome.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct OutcomeCounts {
    /// Records that the source gave.
    pub read: u32,
    /// Made in the target.
    pub created: u32,
    /// Changed in the target.
    pub updated: u32,
    /// Already equal.
    pub unchanged: u32,
    /// The action did not apply.
    pub skipped: u32,
    /// Left out by the filter.
    pub filtered: u32,
    /// Did not arrive.
    pub failed: u32,
    /// May have arrived.
    pub in_doubt: u32,
}

impl OutcomeCounts {
    /// Counts one record.
    pub fn add(&mut self, outcome: Outcome) {
        let slot = match outcome {
            Outcome::Created => &mut self.created,
            Outcome::Updated => &mut self.updated,
            Outcome::Unchanged => &mut self.unchanged,
            Outcome::Skipped => &mut self.skipped,
            Outcome::Filtered => &mut self.filtered,
            Outcome::Failed => &mut self.failed,
            Outcome::InDoubt => &mut self.in_doubt,
        };
        *slot += 1;
    }
}
