//! The side that asks.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use lapin::message::DeliveryResult;
use lapin::options::{BasicConsumeOptions, BasicPublishOptions};
use lapin::types::FieldTable;
use lapin::{Channel, Confirmation};
use tokio::sync::{Mutex as AsyncMutex, oneshot};
use tokio::time::{Instant, timeout_at};
use tracing::Span;

use crate::backoff::Backoff;
use crate::broker::Broker;
use crate::envelope::properties_of;
use crate::error::{CallError, PublishError, QueueError};
use crate::link::bounded;
use crate::message::Message;
use crate::topology::{Queue, WORK};

/// RabbitMQ's direct reply-to: answers come straight to the asking channel, without a queue.
const REPLY_TO: &str = "amq.rabbitmq.reply-to";

/// Asks questions on the queue `tasks`; clones share one reply link. A question that nobody takes in time expires in the
/// broker, so it is not executed late.
#[derive(Debug, Clone)]
pub struct Requester(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    broker: Broker,
    line: AsyncMutex<Option<Channel>>,
    waiting: Waiting,
}

impl Requester {
    /// A requester. Does not connect yet.
    pub fn new(broker: &Broker) -> Self {
        let (line, waiting) = (AsyncMutex::default(), Waiting::default());
        Self(Arc::new(Inner { broker: broker.clone(), line, waiting }))
    }

    /// Asks, and waits for the answer's bytes.
    pub async fn call(&self, question: Message, timeout: Duration) -> Result<Bytes, CallError> {
        let deadline = Instant::now() + timeout;
        let id = question.id.to_string();
        let answer = self.0.waiting.expect(&id);
        let call = async {
            self.0.ask_until_taken(&question, timeout).await?;
            answer.await.map_err(|_| CallError::Disconnected)
        };
        let outcome = timeout_at(deadline, call).await;
        self.0.waiting.forget(&id);
        outcome.unwrap_or(Err(CallError::TimedOut(timeout)))
    }
}

impl Inner {
    async fn ask_until_taken(&self, question: &Message, lifetime: Duration) -> Result<(), CallError> {
        let mut backoff = Backoff::reconnect();
        loop {
            match self.ask(question, lifetime).await {
                Ok(Confirmation::Ack(None) | Confirmation::NotRequested) => return Ok(()),
                Ok(Confirmation::Ack(Some(_))) => {
                    return Err(PublishError::Unroutable(Queue::Tasks.to_string()).into());
                }
                Ok(Confirmation::Nack(_)) => {}
                Err(error) => tracing::debug!(%error, "the question will be asked again"),
            }
            tokio::time::sleep(backoff.next_wait()).await;
        }
    }

    async fn ask(&self, question: &Message, lifetime: Duration) -> Result<Confirmation, QueueError> {
        let channel = self.line().await?;
        let properties = properties_of(question, &Span::current())
            .with_reply_to(REPLY_TO.into())
            .with_correlation_id(question.id.to_string().into())
            .with_expiration(lifetime.as_millis().to_string().into());
        let options = BasicPublishOptions { mandatory: true, immediate: false };
        let exchange = self.broker.name_of(WORK);
        let asked = channel.basic_publish(
            exchange,
            Queue::Tasks.as_str().into(),
            options,
            &question.body,
            properties,
        );
        Ok(asked.await?.await?)
    }

    /// The channel on which answers come back; questions must go out on the same one.
    async fn line(&self) -> Result<Channel, QueueError> {
        let mut line = self.line.lock().await;
        if let Some(channel) = line.as_ref().filter(|channel| channel.status().connected()) {
            return Ok(channel.clone());
        }
        let channel = self.broker.consume_link().confirming_channel().await?;
        let options = BasicConsumeOptions { no_ack: true, ..BasicConsumeOptions::default() };
        let answers = bounded(async {
            Ok(channel.basic_consume(REPLY_TO.into(), "".into(), options, FieldTable::default()).await?)
        })
        .await?;
        let waiting = self.waiting.clone();
        answers.set_delegate(move |answer: DeliveryResult| {
            waiting.receive(answer);
            std::future::ready(())
        });
        *line = Some(channel.clone());
        Ok(channel)
    }
}

/// Callers, by the id of their question.
#[derive(Debug, Clone, Default)]
struct Waiting(Arc<Mutex<HashMap<String, oneshot::Sender<Bytes>>>>);

impl Waiting {
    fn expect(&self, id: &str) -> oneshot::Receiver<Bytes> {
        let (sender, receiver) = oneshot::channel();
        self.with(|callers| callers.insert(id.to_owned(), sender));
        receiver
    }

    fn forget(&self, id: &str) {
        self.with(|callers| callers.remove(id));
    }

    /// Hands an answer to its caller. When the line breaks, every caller is told.
    fn receive(&self, answer: DeliveryResult) {
        match answer {
            Ok(Some(answer)) => {
                let correlation = answer.properties.correlation_id().as_ref().map(ToString::to_string);
                let caller = correlation.and_then(|id| self.with(|callers| callers.remove(&id)));
                // A caller that has timed out wants no answer any more.
                let _ = caller.map(|caller| caller.send(Bytes::from(answer.data)));
            }
            Ok(None) | Err(_) => self.with(HashMap::clear),
        }
    }

    fn with<T>(&self, use_them: impl FnOnce(&mut HashMap<String, oneshot::Sender<Bytes>>) -> T) -> T {
        use_them(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
