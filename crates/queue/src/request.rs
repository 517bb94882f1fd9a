//! Request and reply: a question to whichever worker is free, and its answer.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use tokio_util::sync::CancellationToken;

use crate::broker::Broker;
use crate::consumer::ConsumerOptions;
use crate::delivery::Delivery;
use crate::error::{CallError, QueueError};
use crate::message::Message;

/// Asks questions on the queue `tasks`; clones share one reply link. A question that nobody takes in time expires in the
/// broker, so it is not executed late.
#[derive(Debug, Clone)]
pub struct Requester;

impl Requester {
    /// A requester. Does not connect yet.
    pub fn new(broker: &Broker) -> Self {
        let _ = broker;
        todo!()
    }

    /// Asks, and waits for the answer's bytes.
    pub async fn call(&self, question: Message, timeout: Duration) -> Result<Bytes, CallError> {
        let _ = (question, timeout);
        todo!()
    }
}

/// Answers questions.
#[async_trait]
pub trait Answer: Send + Sync + 'static {
    /// The encoded answer; faults are part of it. `None`: the question cannot be decoded (it is dropped, and the caller
    /// times out).
    async fn answer(&self, question: Delivery) -> Option<Bytes>;
}

/// Takes questions from the queue `tasks`.
#[derive(Debug)]
pub struct Responder;

impl Responder {
    /// A responder.
    pub fn new(broker: &Broker, options: ConsumerOptions) -> Self {
        let _ = (broker, options);
        todo!()
    }

    /// Answers until `shutdown`; see [`crate::Consumer::run`].
    pub async fn run(self, answer: Arc<dyn Answer>, shutdown: CancellationToken) -> Result<(), QueueError> {
        let _ = (answer, shutdown);
        todo!()
    }
}
