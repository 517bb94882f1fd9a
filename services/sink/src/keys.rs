//! The opened data keys of tenants, for a minute.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use throughline_domain::TenantId;
use throughline_store::tenants::{self, SealedKey};
use throughline_store::{Store, StoreError};
use throughline_vault::{MasterKeys, SealedTenantKey, TenantKey, VaultError};

/// How long an opened key is used before its row is read again: a destroyed key is gone after this.
const FRESH: Duration = Duration::from_secs(60);

/// What is known of a tenant's key.
#[derive(Debug, Clone)]
pub(crate) enum KeyState {
    /// It can seal.
    Open(Arc<TenantKey>),
    /// The tenant or its key is deleted: nothing of it is kept any more.
    Destroyed,
    /// It is there but does not open.
    Unusable(VaultError),
}

/// Opens data keys, and remembers the opened ones for [`FRESH`].
#[derive(Debug)]
pub(crate) struct TenantKeys {
    store: Store,
    master: MasterKeys,
    opened: Mutex<HashMap<TenantId, (Instant, Arc<TenantKey>)>>,
}

impl TenantKeys {
    pub(crate) fn new(store: Store, master: MasterKeys) -> Self {
        Self { store, master, opened: Mutex::default() }
    }

    /// The keys of these tenants.
    ///
    /// # Errors
    /// When the database is not available.
    pub(crate) async fn of(
        &self,
        tenants: HashSet<TenantId>,
    ) -> Result<HashMap<TenantId, KeyState>, StoreError> {
        let mut known = self.fresh();
        known.retain(|tenant, _| tenants.contains(tenant));
        let missing: Vec<_> = tenants.into_iter().filter(|tenant| !known.contains_key(tenant)).collect();
        if !missing.is_empty() {
            known.extend(self.read(&missing).await?);
        }
        Ok(known)
    }

    fn fresh(&self) -> HashMap<TenantId, KeyState> {
        let mut opened = self.opened.lock().unwrap_or_else(PoisonError::into_inner);
        opened.retain(|_, (at, _)| at.elapsed() < FRESH);
        opened.iter().map(|(tenant, (_, key))| (*tenant, KeyState::Open(Arc::clone(key)))).collect()
    }

    async fn read(&self, missing: &[TenantId]) -> Result<Vec<(TenantId, KeyState)>, StoreError> {
        let mut tx = self.store.tenants(missing).await?;
        let mut found = Vec::with_capacity(missing.len());
        for tenant in missing {
            let state = match tenants::find(&mut tx, *tenant).await {
                Ok(row) => row.key.map_or(KeyState::Destroyed, |key| self.open(*tenant, key)),
                Err(StoreError::NotFound) => KeyState::Destroyed,
                Err(error) => return Err(error),
            };
            found.push((*tenant, state));
        }
        Ok(found)
    }

    fn open(&self, tenant: TenantId, key: SealedKey) -> KeyState {
        let sealed = SealedTenantKey { master_key_id: key.master_key_id, bytes: key.sealed };
        match self.master.open(tenant, &sealed) {
            Ok(key) => {
                let key = Arc::new(key);
                let mut opened = self.opened.lock().unwrap_or_else(PoisonError::into_inner);
                opened.insert(tenant, (Instant::now(), Arc::clone(&key)));
                KeyState::Open(key)
            }
            Err(error) => KeyState::Unusable(error),
        }
    }
}
