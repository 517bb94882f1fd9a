//! What happens beside the work on some records: their claims are renewed, and the wish to cancel is heard.

use std::collections::HashSet;
use std::future::Future;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use throughline_store::links;
use tokio::time::Instant;

use crate::engine::Engine;
use crate::run::setting::{RENEWED, Setting};

/// The claims of one wave of records, and whether the run was cancelled.
pub(crate) struct Lease {
    held: Vec<(String, i64)>,
    length: Duration,
    renewed: Mutex<Instant>,
    /// Keys that somebody else has claimed, because we could not renew in time.
    lost: Mutex<HashSet<String>>,
    cancelled: AtomicBool,
}

impl Lease {
    /// Claims that were made just now.
    pub(crate) fn new(held: Vec<(String, i64)>, length: Duration) -> Self {
        Self {
            held,
            length,
            renewed: Mutex::new(Instant::now()),
            lost: Mutex::default(),
            cancelled: AtomicBool::new(false),
        }
    }

    /// Whether a request about the record of `key` that is sent now will be answered or given up before anybody else may
    /// claim it.
    pub(crate) fn covers(&self, key: &str, request: Duration) -> bool {
        let is_lost = self.lost.lock().unwrap_or_else(PoisonError::into_inner).contains(key);
        !is_lost
            && self.renewed.lock().unwrap_or_else(PoisonError::into_inner).elapsed() + request < self.length
    }

    /// Whether somebody asked the run to end.
    pub(crate) fn is_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed)
    }

    /// Works, and keeps the claims for as long as that takes.
    pub(crate) async fn during<T>(
        &self,
        engine: &Engine,
        setting: &Setting<'_>,
        work: impl Future<Output = T>,
    ) -> T {
        let tending = async {
            loop {
                tokio::time::sleep(RENEWED).await;
                self.tend(engine, setting).await;
            }
        };
        tokio::select! {
            biased;
            done = work => done,
            never = tending => never,
        }
    }

    async fn tend(&self, engine: &Engine, setting: &Setting<'_>) {
        if engine.cancels.asked(setting.request.run).await {
            self.cancelled.store(true, Ordering::Relaxed);
        }
        let now = Instant::now();
        match self.renew(engine, setting).await {
            Ok(()) => *self.renewed.lock().unwrap_or_else(PoisonError::into_inner) = now,
            Err(error) => {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "claims of records could not be renewed"
                );
            }
        }
    }

    async fn renew(
        &self,
        engine: &Engine,
        setting: &Setting<'_>,
    ) -> Result<(), throughline_store::StoreError> {
        let mut tx = engine.store.tenant(setting.request.tenant).await?;
        let kept =
            links::renew(&mut tx, setting.scope(), setting.request.run, self.length, &self.held).await?;
        tx.commit().await?;
        let lost = self.held.iter().map(|(key, _)| key).filter(|key| !kept.contains(*key)).cloned();
        self.lost.lock().unwrap_or_else(PoisonError::into_inner).extend(lost);
        Ok(())
    }
}
