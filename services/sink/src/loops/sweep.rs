//! Removes packs to which no row points: those of sinks that died between storing and committing.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use async_trait::async_trait;
use chrono::{Days, NaiveDate};
use throughline_blob::{Blob, PackKey};
use throughline_chassis::task::{Loop, Turn};
use throughline_domain::{Clock, RetentionClass};
use throughline_store::Store;
use throughline_store::runs::packs;

/// A pack that has no row so long after its id was made will never get one.
pub const ORPHAN_AFTER: Duration = Duration::from_secs(60 * 60);
/// So many keys are looked at at a time.
const PAGE: u16 = 1000;

/// Looks at the packs of today and yesterday. What nobody swept by then goes when its class expires.
pub struct SweepOrphans {
    store: Store,
    blob: Blob,
    clock: Arc<dyn Clock>,
}

impl SweepOrphans {
    /// A sweeper of the packs in `blob` that `store` does not know.
    pub fn new(store: Store, blob: Blob, clock: Arc<dyn Clock>) -> Self {
        Self { store, blob, clock }
    }

    async fn sweep_day(&self, class: RetentionClass, day: NaiveDate) -> anyhow::Result<usize> {
        let prefix = PackKey::of_day(class, day);
        let (mut after, mut swept) = (None, 0);
        loop {
            let page = self.blob.list(&prefix, after.as_deref(), PAGE).await.context("listing packs")?;
            let keys = page.iter().filter_map(|object| object.key.parse().ok()).collect();
            swept += self.sweep_page(keys).await?;
            after = page.last().map(|object| object.key.clone());
            if page.len() < PAGE.into() {
                return Ok(swept);
            }
        }
    }

    async fn sweep_page(&self, keys: Vec<PackKey>) -> anyhow::Result<usize> {
        let now = self.clock.now();
        let old: Vec<_> =
            keys.into_iter().filter(|key| now - key.pack.made_at() > ORPHAN_AFTER_DELTA).collect();
        if old.is_empty() {
            return Ok(0);
        }
        let ids: Vec<_> = old.iter().map(|key| key.pack).collect();
        let mut tx = self.store.service().await?;
        let known: HashSet<_> =
            packs::known(&mut tx, &ids).await.context("reading packs")?.into_iter().collect();
        drop(tx);
        let orphans: Vec<_> =
            old.iter().filter(|key| !known.contains(&key.pack)).map(PackKey::to_string).collect();
        if !orphans.is_empty() {
            self.blob.delete(&orphans).await.context("deleting orphan packs")?;
            tracing::info!(packs.count = orphans.len(), "packs to which no run points were removed");
        }
        Ok(orphans.len())
    }
}

const ORPHAN_AFTER_DELTA: chrono::TimeDelta =
    chrono::TimeDelta::seconds(ORPHAN_AFTER.as_secs().cast_signed());

#[async_trait]
impl Loop for SweepOrphans {
    fn name(&self) -> &'static str {
        "sweep-orphan-packs"
    }

    async fn turn(&mut self) -> anyhow::Result<Turn> {
        let today = self.clock.now().date_naive();
        for class in RetentionClass::ALL {
            for day in [today - Days::new(1), today] {
                self.sweep_day(*class, day).await?;
            }
        }
        Ok(Turn::Idle)
    }
}
