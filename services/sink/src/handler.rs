//! One batch: seal, store, commit, announce; then the consumer acknowledges.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use async_trait::async_trait;
use bytes::Bytes;
use futures_util::future::try_join_all;
use throughline_blob::Blob;
use throughline_chassis::health::Component;
use throughline_chassis::metrics::Metrics;
use throughline_domain::{Clock, Timestamp};
use throughline_queue::{BatchHandler, BatchVerdict, Delivery};
use throughline_store::Store;
use throughline_store::runs::{RunBatch, Written};
use tokio::sync::Mutex;

use crate::announce::Announcer;
use crate::commit::{Committed, commit};
use crate::intake;
use crate::keys::TenantKeys;
use crate::packing::{self, Fate, Packed};

/// Packs older than this are not committed any more, but made anew: the sweeper takes packs without rows after
/// [`crate::loops::ORPHAN_AFTER`], and must never meet one that is about to get its row.
const COMMIT_WITHIN: Duration = Duration::from_secs(30 * 60);

/// Handles batches of captures.
pub(crate) struct Captures {
    store: Store,
    blob: Blob,
    keys: TenantKeys,
    announcer: Announcer,
    metrics: Metrics,
    health: Component,
    clock: Arc<dyn Clock>,
    /// The batch that could not be finished: what is sealed and stored of it is used again.
    held: Mutex<Option<Held>>,
}

/// A batch in hand.
struct Held {
    bodies: Vec<Bytes>,
    packed: Packed,
    packed_at: Timestamp,
    /// Whether all of its packs are stored.
    stored: bool,
}

impl Captures {
    pub(crate) fn new(
        store: Store,
        blob: Blob,
        keys: TenantKeys,
        announcer: Announcer,
        metrics: Metrics,
        health: Component,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self { store, blob, keys, announcer, metrics, health, clock, held: Mutex::default() }
    }

    async fn make_durable(&self, batch: &[Delivery]) -> anyhow::Result<Vec<BatchVerdict>> {
        let mut slot = self.held.lock().await;
        let mut held = match slot.take().filter(|held| held.is(batch) && held.is_fresh(self.clock.now())) {
            Some(held) => held,
            None => self.pack(batch).await?,
        };
        let finished = self.finish(&mut held).await;
        match finished {
            Ok(committed) => Ok(self.conclude(&held, &committed)),
            Err(error) => {
                *slot = Some(held);
                Err(error)
            }
        }
    }

    async fn pack(&self, batch: &[Delivery]) -> anyhow::Result<Held> {
        let packed_at = self.clock.now();
        let captures: Vec<_> = batch.iter().map(|delivery| intake::read(delivery, packed_at)).collect();
        let tenants: HashSet<_> = captures.iter().flatten().map(|capture| capture.run.tenant).collect();
        let keys = self.keys.of(tenants).await.context("reading tenants' keys")?;
        // Compressing and sealing megabytes would hold up everything else on this thread.
        let packing = tokio::task::spawn_blocking(move || packing::pack(captures, &keys, packed_at)).await;
        let packed = match packing {
            Ok(packed) => packed,
            Err(error) if error.is_panic() => std::panic::resume_unwind(error.into_panic()),
            Err(error) => return Err(error).context("the process is ending"),
        };
        let bodies = batch.iter().map(|delivery| delivery.body.clone()).collect();
        Ok(Held { bodies, packed, packed_at, stored: false })
    }

    async fn finish(&self, held: &mut Held) -> anyhow::Result<Committed> {
        if !held.stored {
            let puts = held.packed.packs.iter().map(|pack| {
                let (key, bytes) = (pack.key.to_string(), pack.bytes.clone());
                async move { self.blob.put(&key, bytes).await }
            });
            try_join_all(puts).await.context("storing a pack")?;
            held.stored = true;
        }
        commit(&self.store, &held.packed.rows).await.context("writing rows")
    }

    fn conclude(&self, held: &Held, committed: &Committed) -> Vec<BatchVerdict> {
        let rows = &held.packed.rows;
        self.announcer.announce(rows, &committed.written);
        self.measure(held, rows, &committed.written);
        held.packed.fates.iter().map(|fate| verdict(fate, committed)).collect()
    }

    fn measure(&self, held: &Held, rows: &RunBatch, written: &Written) {
        let bytes: usize = held.bodies.iter().map(Bytes::len).sum();
        self.metrics.batch_runs.record(held.bodies.len() as u64, &[]);
        self.metrics.batch_bytes.record(bytes as u64, &[]);
        let now = self.clock.now();
        for run in rows.finished.iter().filter(|run| written.finished.contains(&run.identity.run)) {
            let lag = (now - run.finished_at).to_std().unwrap_or_default();
            self.metrics.capture_lag.record(lag.as_secs_f64(), &[]);
        }
    }
}

impl Held {
    fn is(&self, batch: &[Delivery]) -> bool {
        self.bodies.iter().eq(batch.iter().map(|delivery| &delivery.body))
    }

    fn is_fresh(&self, now: Timestamp) -> bool {
        (now - self.packed_at).to_std().is_ok_and(|age| age < COMMIT_WITHIN)
    }
}

fn verdict(fate: &Fate, committed: &Committed) -> BatchVerdict {
    match fate {
        Fate::Dropped => BatchVerdict::Ack,
        Fate::Poison(reason) => BatchVerdict::Park(reason.clone()),
        Fate::Written(run, stage) => match committed.refused.get(&(*run, *stage)) {
            Some(reason) => BatchVerdict::Park(reason.clone()),
            None => BatchVerdict::Ack,
        },
    }
}

/// The handler, shared by the consumers that a supervisor makes one after the other.
pub(crate) struct Shared(pub(crate) Arc<Captures>);

#[async_trait]
impl BatchHandler for Shared {
    async fn handle(&self, batch: &[Delivery]) -> anyhow::Result<Vec<BatchVerdict>> {
        let handled = self.0.make_durable(batch).await;
        match &handled {
            Ok(_) => self.0.health.well(),
            Err(error) => self.0.health.failing(format!("captures are held: {error:#}")),
        }
        handled
    }
}
