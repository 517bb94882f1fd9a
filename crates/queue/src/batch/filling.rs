//! The batch that fills.

use tokio::time::{Instant, sleep_until};

use super::BatchOptions;
use crate::receipt::Receipt;

/// Messages that wait for their batch to close.
pub(super) struct Filling {
    options: BatchOptions,
    receipts: Vec<Receipt>,
    bytes: usize,
    closes_at: Option<Instant>,
}

impl Filling {
    pub(super) fn new(options: BatchOptions) -> Self {
        Self { options, receipts: Vec::new(), bytes: 0, closes_at: None }
    }

    pub(super) fn add(&mut self, receipt: Receipt) {
        self.bytes += receipt.delivery.body.len();
        self.receipts.push(receipt);
        self.closes_at.get_or_insert_with(|| Instant::now() + self.options.max_wait);
    }

    /// Whether one more message fits.
    pub(super) fn has_room(&self) -> bool {
        self.receipts.len() < self.options.max_messages && self.bytes < self.options.max_bytes
    }

    /// Whether the batch should be handled now.
    pub(super) fn is_due(&self) -> bool {
        self.closes_at.is_some_and(|at| !self.has_room() || at <= Instant::now())
    }

    /// Waits until the batch is due by time; for ever when it is empty. Cancel safe.
    pub(super) async fn falls_due(&self) {
        match self.closes_at {
            Some(at) => sleep_until(at).await,
            None => std::future::pending().await,
        }
    }

    /// The messages so far; a new batch begins.
    pub(super) fn take(&mut self) -> Vec<Receipt> {
        self.bytes = 0;
        self.closes_at = None;
        std::mem::take(&mut self.receipts)
    }
}
