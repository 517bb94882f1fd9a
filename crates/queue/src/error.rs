//! What can go wrong with the broker.

use std::sync::Arc;
use std::time::Duration;

/// The broker cannot be used at this moment, or refuses what it was asked.
#[derive(Debug, Clone, thiserror::Error)]
pub enum QueueError {
    /// The address is not an AMQP address.
    #[error("the broker's address is not valid: {0}")]
    Address(String),
    /// No connection, or it broke, or the broker refused.
    #[error("the broker cannot be used: {0}")]
    Broker(#[from] Arc<lapin::Error>),
    /// No answer in time.
    #[error("the broker did not answer within {0:?}")]
    TimedOut(Duration),
}

impl From<lapin::Error> for QueueError {
    fn from(error: lapin::Error) -> Self {
        Self::Broker(Arc::new(error))
    }
}

/// Why a message is not known to be held by the broker. It may nevertheless have arrived: receivers are idempotent.
#[derive(Debug, Clone, thiserror::Error)]
pub enum PublishError {
    /// Not confirmed within the bound, reconnects included.
    #[error("the broker did not confirm the message within {bound:?}: {last}")]
    NotConfirmed {
        /// The bound.
        bound: Duration,
        /// What the last attempt met.
        last: String,
    },
    /// No queue is bound for it: the topology is not declared.
    #[error("the broker has no queue for {0}: the topology is not declared")]
    Unroutable(String),
}

/// Why a request has no answer.
#[derive(Debug, Clone, thiserror::Error)]
pub enum CallError {
    /// Nobody answered in time.
    #[error("no answer within {0:?}")]
    TimedOut(Duration),
    /// The request could not be sent.
    #[error(transparent)]
    Publish(#[from] PublishError),
    /// The reply link broke while waiting.
    #[error("the connection to the broker was lost while waiting for the answer")]
    Disconnected,
}
