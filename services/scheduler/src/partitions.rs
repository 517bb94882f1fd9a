//! Makes the partitions of the run history ahead of time, and drops those that have expired.

use anyhow::Context;
use async_trait::async_trait;
use chrono::Days;
use throughline_chassis::task::{Loop, Turn};
use throughline_store::runs::partitions;

use crate::Parts;

/// Days for which partitions exist ahead of time.
const AHEAD: u64 = 3;

/// The loop. Idempotent: partitions that exist are left alone.
pub struct Partitions {
    parts: Parts,
}

impl Partitions {
    /// Keeps the partitions of all tenants.
    pub fn new(parts: Parts) -> Self {
        Self { parts }
    }
}

#[async_trait]
impl Loop for Partitions {
    fn name(&self) -> &'static str {
        "partitions"
    }

    async fn turn(&mut self) -> anyhow::Result<Turn> {
        let today = self.parts.clock.now().date_naive();
        let until = today.checked_add_days(Days::new(AHEAD)).unwrap_or(today);
        let mut tx = self.parts.store.service().await?;
        let made = partitions::ensure(&mut tx, today, until).await?;
        let dropped = partitions::drop_expired(&mut tx, today).await?;
        tx.commit().await.context("keeping partitions")?;
        if made > 0 || !dropped.is_empty() {
            tracing::info!(
                throughline.partitions.made = made,
                throughline.partitions.dropped = dropped.len(),
                "partitions kept"
            );
        }
        Ok(Turn::Idle)
    }
}
