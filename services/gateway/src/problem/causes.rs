//! Failures of what the gateway needs, as problems. This is the one place where they are translated.

use throughline_queue::{CallError, PublishError};
use throughline_store::StoreError;
use throughline_vault::VaultError;

use super::{Problem, ProblemCode};

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        match &error {
            StoreError::NotFound => Self::new(ProblemCode::NotFound, "There is no such thing in this tenant."),
            StoreError::Changed { current } => Self::new(
                ProblemCode::PreconditionFailed,
                format!("It is at version {current} now. Read it again, look at what changed, and repeat your change."),
            ),
            StoreError::Conflict { constraint } if constraint.ends_with("_name_key") => {
                Self::new(ProblemCode::NameTaken, "Choose another name; names are unique within a tenant.")
            }
            StoreError::Conflict { .. } => Self::new(
                ProblemCode::WriteCollision,
                "Your change and somebody else's came at the same moment. Read it again and repeat your change.",
            )
            .because(error),
            StoreError::Unavailable(_) => Self::new(
                ProblemCode::DatabaseUnavailable,
                "Nothing was changed. Webhooks are still accepted; try this again in a moment.",
            )
            .because(error),
            StoreError::Unstorable(_) => Self::new(
                ProblemCode::ValueNotStorable,
                "A value is too long, too large, or holds a character that cannot be stored. Nothing was changed.",
            )
            .because(error),
            StoreError::Corrupt(_) | StoreError::Fault(_) => Self::internal(error),
        }
    }
}

impl From<PublishError> for Problem {
    fn from(error: PublishError) -> Self {
        Self::new(ProblemCode::BrokerUnavailable, "Nothing was started. Try again in a moment.")
            .because(error)
    }
}

impl From<CallError> for Problem {
    fn from(error: CallError) -> Self {
        match error {
            CallError::Publish(error) => error.into(),
            CallError::TimedOut(wait) => Self::new(
                ProblemCode::WorkerUnavailable,
                format!("No worker answered within {} seconds. They may be busy; try again.", wait.as_secs()),
            ),
            CallError::Disconnected => Self::new(
                ProblemCode::BrokerUnavailable,
                "The link to the workers broke while waiting. Try again.",
            ),
        }
    }
}

impl From<VaultError> for Problem {
    fn from(error: VaultError) -> Self {
        Self::internal(error)
    }
}
