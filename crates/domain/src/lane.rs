//! Which queue of runs a trigger belongs to.

use crate::token::words;

words! {
    /// A queue of its own, so that a person who waits never stands behind bulk work.
    Lane as "lane" {
        /// Polls, webhooks and retries.
        Bulk = "bulk",
        /// Run now, dry runs, replays of one record.
        Interactive = "interactive",
    }
}
