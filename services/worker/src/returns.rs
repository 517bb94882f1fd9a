//! Leases that could not be given back when their run ended, because Redis did not answer: they are tried again.
//!
//! What is owed when the process ends is found by the scheduler, which knows the runs that have ended.

use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use throughline_chassis::task::{Loop, Turn};
use throughline_coord::Leases;
use throughline_domain::{RunId, TenantId};

/// More than this are left to their deadline: Redis is away for long, and then nobody counts leases.
const MOST: usize = 10_000;

/// The leases of runs that have ended. Clones share what is owed.
#[derive(Clone)]
pub(crate) struct Returns {
    leases: Leases,
    owed: Arc<Mutex<Vec<(TenantId, RunId)>>>,
}

impl Returns {
    pub(crate) fn new(leases: Leases) -> Self {
        Self { leases, owed: Arc::default() }
    }

    /// Gives a lease back, now or, if that fails, later. Whether it was now.
    pub(crate) async fn give_back(&self, tenant: TenantId, run: RunId) -> bool {
        let done = self.leases.release(tenant, run).await.is_ok();
        if !done {
            self.owe(&[(tenant, run)]);
        }
        done
    }

    fn owe(&self, leases: &[(TenantId, RunId)]) {
        let mut owed = self.owed.lock().unwrap_or_else(PoisonError::into_inner);
        let room = MOST.saturating_sub(owed.len());
        owed.extend(leases.iter().take(room));
    }

    fn owed(&self) -> Vec<(TenantId, RunId)> {
        std::mem::take(&mut self.owed.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[async_trait]
impl Loop for Returns {
    fn name(&self) -> &'static str {
        "return-leases"
    }

    async fn turn(&mut self) -> anyhow::Result<Turn> {
        let owed = self.owed();
        for (index, (tenant, run)) in owed.iter().enumerate() {
            if self.leases.release(*tenant, *run).await.is_err() {
                self.owe(&owed[index..]);
                break;
            }
        }
        Ok(Turn::Idle)
    }
}
