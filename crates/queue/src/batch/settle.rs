//! The batch in hand.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::join_all;
use tokio_util::sync::CancellationToken;
use tracing::{Instrument, Span, info_span};
use tracing_opentelemetry::OpenTelemetrySpanExt;

use opentelemetry::trace::TraceContextExt;

use super::{BatchHandler, BatchVerdict};
use crate::backoff::Backoff;
use crate::consumer::{HANDLER_PANICKED, conclude};
use crate::delivery::Delivery;
use crate::receipt::{Desk, Receipt};

/// A span names so many of the traces that its batch continues.
const LINKS: usize = 128;

/// Handles one batch to its end.
pub(super) struct Settling<H> {
    handler: Arc<H>,
    desk: Desk,
    hold: Duration,
    shutdown: CancellationToken,
}

/// What became of a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ended {
    /// Each of its messages was settled, or belongs to somebody else by now.
    Settled,
    /// What the handler needs is away for long; the messages are at the end of their queue.
    SentToBack,
}

/// How handling ended.
enum Handled {
    /// With a verdict per message.
    Verdicts(Vec<BatchVerdict>),
    /// By a panic.
    Panicked,
    /// Not at all, and time is up: somebody else, or we ourselves, shall have them later.
    NotInTime,
    /// Not at all: the channel broke, so the messages belong to somebody else already.
    Lost,
}

impl<H: BatchHandler> Settling<H> {
    pub(super) fn new(handler: Arc<H>, desk: Desk, hold: Duration, shutdown: CancellationToken) -> Self {
        Self { handler, desk, hold, shutdown }
    }

    /// Handles `batch`, and acknowledges it in one go.
    pub(super) async fn settle(self, batch: Vec<Receipt>) -> Ended {
        if batch.is_empty() {
            return Ended::Settled;
        }
        let span = self.span(&batch);
        async {
            match self.handle(&batch).await {
                Handled::Verdicts(verdicts) => self.conclude_all(&batch, verdicts).await,
                Handled::Panicked => return self.one_by_one(&batch).await,
                Handled::NotInTime => return self.give_back(&batch).await,
                Handled::Lost => {}
            }
            Ended::Settled
        }
        .instrument(span)
        .await
    }

    /// Sends messages to the end of their queue.
    pub(super) async fn send_to_back(self, batch: Vec<Receipt>) -> Ended {
        self.give_back(&batch).await
    }

    /// Publishes messages once more and acknowledges these ones: given back to the broker they would count as delivered,
    /// and a few rounds of an outage would make them dead letters. What cannot be published the broker keeps.
    async fn give_back(&self, batch: &[Receipt]) -> Ended {
        if batch.is_empty() {
            return Ended::Settled;
        }
        tracing::warn!(
            queue.name = self.desk.queue.as_str(),
            batch.messages = batch.len(),
            "messages that cannot be handled now go to the end of their queue"
        );
        let sent = join_all(batch.iter().map(|receipt| self.desk.send_to_back(receipt))).await;
        if let (true, Some(last)) = (sent.iter().all(Result::is_ok), batch.last()) {
            last.ack_up_to_here().await;
            return Ended::SentToBack;
        }
        for (receipt, sent) in batch.iter().zip(sent) {
            conclude(receipt, sent).await;
        }
        Ended::SentToBack
    }

    /// Handles messages until there is a verdict for each, for as long as they may be held.
    async fn handle(&self, batch: &[Receipt]) -> Handled {
        let deliveries: Vec<Delivery> = batch.iter().map(|receipt| receipt.delivery.clone()).collect();
        let mut backoff = Backoff::retry();
        loop {
            let error = match AssertUnwindSafe(self.handler.handle(&deliveries)).catch_unwind().await {
                Err(_) => return Handled::Panicked,
                Ok(Ok(verdicts)) if verdicts.len() == batch.len() => return Handled::Verdicts(verdicts),
                Ok(Ok(verdicts)) => {
                    anyhow::anyhow!("{} verdicts for {} messages", verdicts.len(), batch.len())
                }
                Ok(Err(error)) => error,
            };
            if batch.iter().any(Receipt::is_lost) {
                return Handled::Lost;
            }
            if self.shutdown.is_cancelled() || batch.iter().any(|one| one.arrived.elapsed() >= self.hold) {
                return Handled::NotInTime;
            }
            tracing::warn!(
                queue.name = self.desk.queue.as_str(),
                batch.messages = batch.len(),
                error = format!("{error:#}"),
                "a batch could not be handled and is tried again"
            );
            let _ = tokio::time::timeout(backoff.next_wait(), self.shutdown.cancelled()).await;
        }
    }

    async fn conclude_all(&self, batch: &[Receipt], verdicts: Vec<BatchVerdict>) {
        let mut last_durable = None;
        for (receipt, verdict) in batch.iter().zip(verdicts) {
            let sent = match verdict {
                BatchVerdict::Ack => Ok(()),
                BatchVerdict::Park(reason) => self.desk.park(receipt, &reason).await,
            };
            match sent {
                Ok(()) => last_durable = Some(receipt),
                Err(_) => conclude(receipt, sent).await,
            }
        }
        if let Some(receipt) = last_durable {
            receipt.ack_up_to_here().await;
        }
    }

    /// Finds the message on which the handler panics; the others are handled as ever.
    async fn one_by_one(&self, batch: &[Receipt]) -> Ended {
        for (index, receipt) in batch.iter().enumerate() {
            match self.handle(std::slice::from_ref(receipt)).await {
                Handled::Verdicts(verdicts) => {
                    self.conclude_all(std::slice::from_ref(receipt), verdicts).await
                }
                Handled::Panicked => {
                    conclude(receipt, self.desk.count_failure(receipt, HANDLER_PANICKED).await).await
                }
                Handled::NotInTime => return self.give_back(&batch[index..]).await,
                Handled::Lost => break,
            }
        }
        Ended::Settled
    }

    fn span(&self, batch: &[Receipt]) -> Span {
        let span = info_span!(
            "process",
            otel.name = format!("process {}", self.desk.queue),
            otel.kind = "consumer",
            messaging.system = "rabbitmq",
            messaging.destination.name = self.desk.queue.as_str(),
            messaging.batch.message_count = batch.len(),
        );
        for receipt in batch.iter().take(LINKS) {
            span.add_link(receipt.delivery.trace_context().span().span_context().clone());
        }
        span
    }
}
