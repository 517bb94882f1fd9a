//! Which tenants have triggers that wait already: later ones stand behind them.
//!
//! Without this, a new trigger would take each place that becomes free before the release of parked ones looks, and a
//! tenant under load would see its oldest triggers last.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use throughline_domain::TenantId;
use tokio::time::Instant;

/// What was read longer ago is read again. The release reads every 50 ms, so this matters only while it is held up; a
/// trigger may overtake one that another replica parked, but by no more than this.
const FRESH: Duration = Duration::from_millis(500);

/// The tenants with a backlog, as far as this process knows.
#[derive(Debug, Default)]
pub(crate) struct Backlogs(Mutex<Known>);

#[derive(Debug, Default)]
struct Known {
    read_at: Option<Instant>,
    /// With the moment at which we learned of it.
    waiting: HashMap<TenantId, Instant>,
}

impl Backlogs {
    /// Whether what is known is recent enough to decide by.
    pub(crate) fn is_fresh(&self) -> bool {
        self.with(|known| known.read_at.is_some_and(|at| at.elapsed() < FRESH))
    }

    /// Replaces what is known by what a query that began at `began` has found. What was noted since is newer.
    pub(crate) fn learn(&self, began: Instant, tenants: impl Iterator<Item = TenantId>) {
        self.with(|known| {
            known.waiting.retain(|_, noted| *noted >= began);
            for tenant in tenants {
                known.waiting.entry(tenant).or_insert(began);
            }
            known.read_at = Some(began);
        });
    }

    /// Notes that a trigger of the tenant was parked now.
    pub(crate) fn note(&self, tenant: TenantId) {
        self.with(|known| known.waiting.insert(tenant, Instant::now()));
    }

    /// Whether triggers of the tenant wait.
    pub(crate) fn has(&self, tenant: TenantId) -> bool {
        self.with(|known| known.waiting.contains_key(&tenant))
    }

    fn with<T>(&self, work: impl FnOnce(&mut Known) -> T) -> T {
        work(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[tokio::test(start_paused = true)]
    async fn what_is_parked_while_somebody_reads_is_not_forgotten() {
        let backlogs = Backlogs::default();
        let [old, new, read] = [1, 2, 3].map(|n| TenantId::from_uuid(Uuid::from_u128(n)));
        assert!(!backlogs.is_fresh());
        backlogs.note(old);
        tokio::time::advance(Duration::from_millis(1)).await;
        let began = Instant::now();
        tokio::time::advance(Duration::from_millis(1)).await;
        backlogs.note(new);
        backlogs.learn(began, [read].into_iter());
        assert_eq!([old, new, read].map(|tenant| backlogs.has(tenant)), [false, true, true]);
        assert!(backlogs.is_fresh());
        tokio::time::advance(FRESH).await;
        assert!(!backlogs.is_fresh());
    }
}
