//! One subscription to a queue, from the first message until the channel breaks or the process ends.

use futures_util::StreamExt;
use lapin::Channel;
use lapin::options::{BasicCancelOptions, BasicConsumeOptions, BasicQosOptions};
use lapin::types::FieldTable;

use crate::error::QueueError;
use crate::link::bounded;
use crate::receipt::{Desk, Receipt};

/// A running subscription.
pub(crate) struct Subscription {
    desk: Desk,
    channel: Channel,
    messages: lapin::Consumer,
}

impl Subscription {
    /// Subscribes to the desk's queue; at most `prefetch` messages are unacknowledged at a time.
    pub(crate) async fn open(desk: &Desk, prefetch: u16) -> Result<Self, QueueError> {
        let channel = desk.broker.consume_link().channel().await?;
        let queue = desk.broker.name_of(desk.queue.as_str());
        let messages = bounded(async {
            channel.basic_qos(prefetch, BasicQosOptions::default()).await?;
            let options = BasicConsumeOptions::default();
            Ok(channel.basic_consume(queue, "".into(), options, FieldTable::default()).await?)
        })
        .await?;
        Ok(Self { desk: desk.clone(), channel, messages })
    }

    /// The next message; waits for it. Cancel safe.
    pub(crate) async fn next(&mut self) -> Result<Receipt, QueueError> {
        match self.messages.next().await {
            Some(Ok(message)) => Ok(self.desk.receive(message)),
            Some(Err(error)) => Err(error.into()),
            None => Err(QueueError::Cancelled),
        }
    }

    /// Takes no further messages. What was taken can still be acknowledged.
    pub(crate) async fn stop(&self) {
        let cancelled = self.channel.basic_cancel(self.messages.tag(), BasicCancelOptions::default());
        // A channel that breaks at this moment takes no further messages either.
        let _ = bounded(async { Ok(cancelled.await?) }).await;
    }

    /// Closes the channel: what is not acknowledged is delivered to somebody else.
    pub(crate) async fn close(self) {
        let _ = bounded(async { Ok(self.channel.close(200, "done".into()).await?) }).await;
    }
}
