//! Why a run starts.

use crate::token::words;

words! {
    /// Why a run starts.
    TriggerKind as "trigger" {
        /// A poll was due.
        Poll = "poll",
        /// A webhook arrived.
        Listen = "listen",
        /// A person or an API client asked.
        Manual = "manual",
        /// An earlier run is executed again.
        Replay = "replay",
        /// Records that failed are tried again.
        Retry = "retry",
    }
}
