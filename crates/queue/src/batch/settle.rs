//! The batch in hand.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use futures_util::FutureExt;
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
    shutdown: CancellationToken,
}

/// How handling ended.
enum Handled {
    /// With a verdict per message.
    Verdicts(Vec<BatchVerdict>),
    /// By a panic.
    Panicked,
    /// Not at all: the messages belong to somebody else now, or will soon.
    Left,
}

impl<H: BatchHandler> Settling<H> {
    pub(super) fn new(handler: Arc<H>, desk: Desk, shutdown: CancellationToken) -> Self {
        Self { handler, desk, shutdown }
    }

    /// Handles `batch`, and acknowledges it in one go.
    pub(super) async fn settle(self, batch: Vec<Receipt>) {
        if batch.is_empty() {
            return;
        }
        let span = self.span(&batch);
        async {
            match self.handle(&batch).await {
                Handled::Verdicts(verdicts) => self.conclude_all(&batch, verdicts).await,
                Handled::Panicked => self.one_by_one(&batch).await,
                Handled::Left => {}
            }
        }
        .instrument(span)
        .await;
    }

    /// Handles messages until there is a verdict for each, however long what the handler needs is away.
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
            if self.shutdown.is_cancelled() || batch.iter().any(Receipt::is_lost) {
                return Handled::Left;
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
    async fn one_by_one(&self, batch: &[Receipt]) {
        for receipt in batch {
            match self.handle(std::slice::from_ref(receipt)).await {
                Handled::Verdicts(verdicts) => {
                    self.conclude_all(std::slice::from_ref(receipt), verdicts).await
                }
                Handled::Panicked => {
                    conclude(receipt, self.desk.count_failure(receipt, HANDLER_PANICKED).await).await
                }
                Handled::Left => return,
            }
        }
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
