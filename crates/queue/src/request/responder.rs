//! The side that answers.

use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use lapin::BasicProperties;
use tokio_util::sync::CancellationToken;

use crate::broker::Broker;
use crate::consumer::{Consumer, ConsumerOptions, Handler, Verdict};
use crate::delivery::Delivery;
use crate::error::QueueError;
use crate::publisher::{Publisher, Target};
use crate::topology::Queue;

/// Answers questions.
#[async_trait]
pub trait Answer: Send + Sync + 'static {
    /// The encoded answer; faults are part of it. `None`: the question cannot be decoded (it is parked, and the caller
    /// times out).
    async fn answer(&self, question: Delivery) -> Option<Bytes>;
}

/// Takes questions from the queue `tasks`.
#[derive(Debug)]
pub struct Responder {
    consumer: Consumer,
    publisher: Publisher,
}

impl Responder {
    /// A responder; `publisher` carries the answers.
    pub fn new(broker: &Broker, publisher: &Publisher, options: ConsumerOptions) -> Self {
        let consumer = Consumer::new(broker, publisher, Queue::Tasks, options);
        Self { consumer, publisher: publisher.clone() }
    }

    /// Answers until `shutdown`; see [`crate::Consumer::run`].
    pub async fn run(self, answer: Arc<dyn Answer>, shutdown: CancellationToken) -> Result<(), QueueError> {
        self.consumer.run(Answering { answer, publisher: self.publisher }, shutdown).await
    }
}

struct Answering {
    answer: Arc<dyn Answer>,
    publisher: Publisher,
}

#[async_trait]
impl Handler for Answering {
    async fn handle(&self, question: Delivery) -> Verdict {
        let Some(reply) = question.reply.clone() else {
            return Verdict::Park("the question has no address for its answer".to_owned());
        };
        let Some(body) = self.answer.answer(question).await else {
            return Verdict::Park("the question cannot be decoded".to_owned());
        };
        let properties = BasicProperties::default().with_correlation_id(reply.correlation);
        // Without an answer the caller times out and asks again; the question is done with.
        if let Err(error) = self.publisher.send(Target::Reply(&reply.to), &body, &properties).await {
            tracing::warn!(%error, "an answer could not be sent");
        }
        Verdict::Ack
    }
}
