//! The data keys of tenants, opened and kept for minutes.

use std::sync::Arc;
use std::time::Duration;

use moka::future::Cache;
use throughline_chassis::config;
use throughline_domain::TenantId;
use throughline_store::{Store, tenants};
use throughline_vault::{MasterKeys, SealedTenantKey, TenantKey};

use crate::problem::{Answer, Problem};

/// Opens tenants' data keys.
pub(crate) struct TenantKeys {
    master: MasterKeys,
    opened: Cache<TenantId, Arc<TenantKey>>,
}

impl TenantKeys {
    /// With the operator's keys.
    ///
    /// # Errors
    /// When a master key is missing or is not one.
    pub(crate) fn new(vault: &config::Vault) -> anyhow::Result<Self> {
        let opened = Cache::builder().max_capacity(10_000).time_to_live(Duration::from_secs(300)).build();
        Ok(Self { master: master_keys(vault)?, opened })
    }

    /// The data key of a tenant.
    pub(crate) async fn of(&self, store: &Store, tenant: TenantId) -> Answer<Arc<TenantKey>> {
        if let Some(key) = self.opened.get(&tenant).await {
            return Ok(key);
        }
        let mut tx = store.tenant(tenant).await?;
        let sealed = tenants::find(&mut tx, tenant).await?.key;
        let sealed = sealed
            .ok_or_else(|| Problem::internal(anyhow::anyhow!("the data key of {tenant} was destroyed")))?;
        let sealed = SealedTenantKey { master_key_id: sealed.master_key_id, bytes: sealed.sealed };
        let key = Arc::new(self.master.open(tenant, &sealed)?);
        self.opened.insert(tenant, Arc::clone(&key)).await;
        Ok(key)
    }
}

/// The operator's ring of master keys.
///
/// # Errors
/// When a key is missing or is not one.
pub fn master_keys(vault: &config::Vault) -> anyhow::Result<MasterKeys> {
    let current =
        vault.master_key.as_ref().ok_or_else(|| anyhow::anyhow!("[vault] master_key is not set"))?;
    let ring = MasterKeys::new(&vault.key_id, &current.to_secret_string())?;
    let add = |ring: MasterKeys, former: &config::Secret| ring.with_former(&former.to_secret_string());
    Ok(vault.previous_keys.iter().try_fold(ring, add)?)
}
