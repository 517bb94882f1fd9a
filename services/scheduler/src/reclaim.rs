//! Gives back the leases of runs that have ended, where their worker could not.
//!
//! A worker gives a lease back when its run ends. When Redis does not answer at that moment, or the worker dies, the
//! lease would hold its place until it expires, and a few of those would stop a tenant that has a backlog.

use anyhow::Context;
use async_trait::async_trait;
use throughline_chassis::task::{Loop, Turn};
use throughline_domain::TenantId;
use throughline_store::runs::ended;
use throughline_store::scheduling::parked::backlogs;

use crate::Parts;

/// The loop, for tenants that wait. Idempotent: a run that has ended never takes a lease again for long.
pub struct Reclaim {
    parts: Parts,
}

impl Reclaim {
    /// Reclaims for all tenants.
    pub fn new(parts: Parts) -> Self {
        Self { parts }
    }

    async fn reclaim(&self, tenant: TenantId) -> anyhow::Result<usize> {
        // Without Redis nobody is held up, so there is nothing to give back.
        let Ok(held) = self.parts.leases.held(tenant).await else { return Ok(0) };
        let mut tx = self.parts.store.tenant(tenant).await?;
        let over = ended(&mut tx, tenant, &held).await?;
        tx.commit().await.context("looking for runs that have ended")?;
        let _ = self.parts.leases.release_many(tenant, &over).await;
        Ok(over.len())
    }
}

#[async_trait]
impl Loop for Reclaim {
    fn name(&self) -> &'static str {
        "reclaim"
    }

    async fn turn(&mut self) -> anyhow::Result<Turn> {
        let waiting = backlogs(&mut *self.parts.store.autocommit().await?, self.parts.clock.now()).await?;
        for backlog in waiting {
            let reclaimed = self.reclaim(backlog.tenant).await?;
            if reclaimed > 0 {
                tracing::info!(throughline.tenant.id = %backlog.tenant, leases = reclaimed, "leases were reclaimed");
            }
        }
        Ok(Turn::Idle)
    }
}
