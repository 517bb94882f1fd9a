//! Removes packs whose retention class has expired: by prefix, never one by one.

use std::sync::Arc;

use anyhow::Context as _;
use async_trait::async_trait;
use chrono::NaiveDate;
use throughline_blob::{Blob, PackKey};
use throughline_chassis::task::{Loop, Turn};
use throughline_domain::{Clock, RetentionClass};
use throughline_store::Store;
use throughline_store::runs::packs;

/// Deletes expired days of packs, then forgets their rows. A row may outlive its pack for a moment: whoever reads it sees
/// by class and day that the pack has expired.
pub struct ExpirePacks {
    store: Store,
    blob: Blob,
    clock: Arc<dyn Clock>,
}

impl ExpirePacks {
    /// Expires the packs in `blob`, and their rows in `store`.
    pub fn new(store: Store, blob: Blob, clock: Arc<dyn Clock>) -> Self {
        Self { store, blob, clock }
    }

    async fn delete_expired(&self, class: RetentionClass, today: NaiveDate) -> anyhow::Result<()> {
        let last = packs::last_expired_day(class, today);
        let days = self.blob.folders(&PackKey::of_class(class)).await.context("listing days of packs")?;
        for day in days.iter().filter_map(|day| day.parse().ok()).filter(|day: &NaiveDate| *day <= last) {
            let deleted =
                self.blob.delete_prefix(&PackKey::of_day(class, day)).await.context("deleting packs")?;
            tracing::info!(retention.class = %class, packs.day = %day, packs.count = deleted, "expired packs were deleted");
        }
        Ok(())
    }

    async fn forget_expired(&self, today: NaiveDate) -> anyhow::Result<()> {
        let mut tx = self.store.service().await?;
        for (class, day) in packs::expired(&mut tx, today).await? {
            packs::forget(&mut tx, class, day).await?;
        }
        packs::forget_days(&mut tx, today).await?;
        tx.commit().await.context("forgetting expired packs")
    }
}

#[async_trait]
impl Loop for ExpirePacks {
    fn name(&self) -> &'static str {
        "expire-packs"
    }

    async fn turn(&mut self) -> anyhow::Result<Turn> {
        let today = self.clock.now().date_naive();
        for class in RetentionClass::ALL {
            self.delete_expired(*class, today).await?;
        }
        self.forget_expired(today).await?;
        Ok(Turn::Idle)
    }
}
