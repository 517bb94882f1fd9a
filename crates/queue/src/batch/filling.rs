//! The batch that fills.

use std::collections::VecDeque;
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

use super::BatchOptions;
use crate::receipt::Receipt;

/// Messages that wait for their batch, in the order in which they came. All that the broker sends ahead is here, so that
/// each message has its time of arrival; the prefetch bounds how many there are.
pub(super) struct Filling {
    options: BatchOptions,
    receipts: VecDeque<Receipt>,
    bytes: usize,
}

impl Filling {
    pub(super) fn new(options: BatchOptions) -> Self {
        Self { options, receipts: VecDeque::new(), bytes: 0 }
    }

    pub(super) fn add(&mut self, receipt: Receipt) {
        self.bytes += receipt.delivery.body.len();
        self.receipts.push_back(receipt);
    }

    /// Whether the next batch should be handled now.
    pub(super) fn is_due(&self) -> bool {
        let full = self.receipts.len() >= self.options.max_messages || self.bytes >= self.options.max_bytes;
        full || self.closes_at().is_some_and(|at| at <= Instant::now())
    }

    /// Waits until the next batch is due by time; for ever when there is no message. Cancel safe.
    pub(super) async fn falls_due(&self) {
        match self.closes_at() {
            Some(at) => sleep_until(at).await,
            None => std::future::pending().await,
        }
    }

    /// The next batch: up to the limits; the message that crosses the limit of bytes is its last.
    pub(super) fn take(&mut self) -> Vec<Receipt> {
        let mut bytes = 0;
        let mut batch = Vec::new();
        while batch.len() < self.options.max_messages && bytes < self.options.max_bytes {
            let Some(receipt) = self.receipts.pop_front() else { break };
            bytes += receipt.delivery.body.len();
            batch.push(receipt);
        }
        self.bytes -= bytes;
        batch
    }

    /// The messages that came longer ago than `age`, whatever the limits.
    pub(super) fn take_older_than(&mut self, age: Duration) -> Vec<Receipt> {
        let old = self.receipts.iter().take_while(|receipt| receipt.arrived.elapsed() >= age).count();
        let batch: Vec<_> = self.receipts.drain(..old).collect();
        self.bytes -= batch.iter().map(|receipt| receipt.delivery.body.len()).sum::<usize>();
        batch
    }

    fn closes_at(&self) -> Option<Instant> {
        self.receipts.front().map(|first| first.arrived + self.options.max_wait)
    }
}
