//! The states of a run and the moves between them.

use crate::outcome::OutcomeCounts;
use crate::token::words;

words! {
    /// What a run is, or how it ended.
    RunStatus as "run status" {
        /// Accepted, waiting for a worker.
        Queued = "queued",
        /// A worker is executing it.
        Running = "running",
        /// Every record has a good outcome.
        Succeeded = "succeeded",
        /// Some records failed, others did not.
        PartlyFailed = "partly_failed",
        /// Nothing good came of it.
        Failed = "failed",
        /// Stopped on request.
        Cancelled = "cancelled",
        /// There was nothing to read.
        NothingToDo = "nothing_to_do",
    }
}

impl RunStatus {
    /// Whether the run has ended; an ended run never changes its status.
    pub const fn is_final(self) -> bool {
        !matches!(self, Self::Queued | Self::Running)
    }

    /// Whether a run of this status can become `next`.
    pub const fn may_become(self, next: Self) -> bool {
        match self {
            Self::Queued => !matches!(next, Self::Queued),
            Self::Running => next.is_final(),
            _ => false,
        }
    }

    /// Whether something went wrong: what capture mode `failures` keeps the evidence of.
    pub const fn is_failure(self) -> bool {
        matches!(self, Self::Failed | Self::PartlyFailed)
    }

    /// The status that a run without an error of its own settles to.
    pub fn settled(counts: &OutcomeCounts) -> Self {
        let bad = counts.failed + counts.in_doubt;
        let good = counts.created + counts.updated + counts.unchanged + counts.skipped;
        match (counts.read, good + counts.filtered, bad) {
            (0, 0, 0) => Self::NothingToDo,
            (_, _, 0) => Self::Succeeded,
            _ if good > 0 => Self::PartlyFailed,
            _ => Self::Failed,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ended_run_never_moves() {
        for from in RunStatus::ALL.iter().filter(|s| s.is_final()) {
            assert!(RunStatus::ALL.iter().all(|to| !from.may_become(*to)));
        }
    }

    #[test]
    fn one_bad_record_among_good_ones_is_a_partial_failure() {
        let counts = OutcomeCounts { read: 3, created: 2, failed: 1, ..OutcomeCounts::default() };
        assert_eq!(RunStatus::settled(&counts), RunStatus::PartlyFailed);
    }

    #[test]
    fn reading_nothing_is_nothing_to_do() {
        assert_eq!(RunStatus::settled(&OutcomeCounts::default()), RunStatus::NothingToDo);
    }
}
