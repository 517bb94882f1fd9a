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
    /// The broker ended a subscription: its queue was deleted or moved.
    #[error("the broker ended the subscription")]
    Cancelled,
    /// No answer in time.
    #[error("the broker did not answer within {0:?}")]
    TimedOut(Duration),
}

impl QueueError {
    /// Whether trying again is pointless until somebody declares the topology or grants a right: 403, 404, 406.
    pub fn is_refusal(&self) -> bool {
        let Self::Broker(error) = self else { return false };
        matches!(error.kind(), lapin::ErrorKind::ProtocolError(error) if [403, 404, 406].contains(&error.get_id()))
    }
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
    /// Larger than brokers accept by default.
    #[error("the message has {size} bytes; brokers accept {limit}")]
    TooLarge {
        /// Its size in bytes.
        size: usize,
        /// The limit in bytes.
        limit: usize,
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
