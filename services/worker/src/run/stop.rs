//! Why a run ends before all of its records were worked on.

use std::time::Duration;

use throughline_connectors::Failure;
use throughline_domain::{ErrorCode, RunError, Side};
use throughline_store::StoreError;

/// The run goes no further.
#[derive(Debug)]
pub(crate) enum Halt {
    /// Something of ours is away. Nothing is reported: the message is handled again, and everything in it is idempotent.
    Away(StoreError),
    /// The run ends here, and says why.
    Stop(Stop),
}

/// Why a run ended early.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Stop {
    /// Somebody asked.
    Cancelled,
    /// It failed as a whole.
    Failed {
        /// Why.
        error: RunError,
        /// Whether the same input may succeed later without anybody changing anything.
        transient: bool,
        /// How long the system asked to wait.
        retry_after: Option<Duration>,
    },
}

impl Stop {
    /// A failure that lasts until somebody changes something.
    pub(crate) const fn lasting(error: RunError) -> Self {
        Self::Failed { error, transient: false, retry_after: None }
    }

    /// The run used up its time. What was not worked on is tried again.
    pub(crate) fn timed_out() -> Self {
        let message = "The run used up its time before all of its records were worked on.";
        let error = RunError::new(ErrorCode::RunTimedOut, Side::Throughline, message);
        Self::Failed { error, transient: true, retry_after: None }
    }

    /// What a call to the source met.
    pub(crate) fn source(error: RunError, failure: &Failure) -> Self {
        Self::Failed { error, transient: failure.transient, retry_after: failure.retry_after }
    }
}

impl From<Stop> for Halt {
    fn from(stop: Stop) -> Self {
        Self::Stop(stop)
    }
}

impl From<StoreError> for Halt {
    fn from(error: StoreError) -> Self {
        if error.is_transient() {
            return Self::Away(error);
        }
        tracing::error!(error = &error as &dyn std::error::Error, "a run met a fault of the database");
        let fault = RunError::internal("Throughline could not read or write its own records of this run.");
        Self::Stop(Stop::Failed { error: fault, transient: true, retry_after: None })
    }
}
