//! Why a call to a system did not do what was asked, in words for the tenant.

use std::time::Duration;

use throughline_domain::ErrorCode;

/// Why a call failed. The message is for the tenant: masked, and it says what happened, where, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {message}")]
pub struct Failure {
    /// The stable code.
    pub code: ErrorCode,
    /// What happened, where, and what to do.
    pub message: String,
    /// The exchange that proves it, such as `e3`.
    pub exchange: Option<String>,
    /// A JSON pointer into the body of that exchange's answer.
    pub pointer: Option<String>,
    /// The field of the written record that the target named, such as `subject`.
    pub field: Option<String>,
    /// How long the system asked to wait.
    pub retry_after: Option<Duration>,
    /// Whether the same call may succeed later without anybody changing anything.
    pub transient: bool,
    /// Whether a write may have happened all the same.
    pub outcome_unknown: bool,
}

impl Failure {
    /// A failure with this code; `transient` follows from the code.
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            exchange: None,
            pointer: None,
            field: None,
            retry_after: None,
            transient: code.is_transient(),
            outcome_unknown: false,
        }
    }

    /// A setting, manifest or document that cannot be used.
    pub(crate) fn configuration(message: impl Into<String>) -> Self {
        Self::new(ErrorCode::ConfigurationUnusable, message)
    }

    pub(crate) fn at(mut self, exchange: Option<String>) -> Self {
        self.exchange = exchange;
        self
    }

    pub(crate) fn pointing(mut self, pointer: impl Into<String>) -> Self {
        self.pointer = Some(pointer.into());
        self
    }

    pub(crate) fn unknown(mut self, unknown: bool) -> Self {
        self.outcome_unknown = unknown;
        self
    }
}
