//! Tenants' systems, ready to be called: configuration read, credentials opened, manifest interpreted. Kept for as long as
//! the row's version stays; whether it has changed is asked every few seconds.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use moka::future::Cache;
use secrecy::SecretString;
use serde_json::Value;
use throughline_connectors::{Catalogue, Connection, Egress, Manifest, SystemConfig};
use throughline_domain::{ErrorCode, RunError, Side, SystemId, TenantId};
use throughline_mask::Masker;
use throughline_store::plans::{self, SystemRow, SystemVersion};
use throughline_store::{Store, StoreError, tenants};
use throughline_vault::{MasterKeys, Row, SealedTenantKey, TenantKey};
use tokio::time::Instant;

use crate::run::{Halt, Stop};

/// How long a worker may use a copy before it asks for the row's version.
pub(crate) const TRUSTED: Duration = Duration::from_secs(5);
/// How long an opened data key is kept.
const KEY_KEPT: Duration = Duration::from_secs(60);
/// How many systems are kept ready, and how many pairs of them.
const KEPT: u64 = 2048;

/// One system of a tenant, ready to be called.
pub(crate) struct System {
    /// Identity.
    pub(crate) id: SystemId,
    /// Name for people.
    pub(crate) name: String,
    /// Its connector.
    pub(crate) manifest: Arc<Manifest>,
    /// What calls it.
    pub(crate) connection: Connection,
    version: SystemVersion,
}

/// The two systems of an integration, and the masker that knows the secrets of both.
pub(crate) struct Pair {
    /// What is read.
    pub(crate) source: Arc<System>,
    /// What is written.
    pub(crate) target: Arc<System>,
    /// Hides the secrets of both.
    pub(crate) masker: Masker,
}

/// A system in the cache.
struct Entry {
    system: Arc<System>,
    checked: Mutex<Instant>,
}

impl Entry {
    fn is_trusted(&self, for_at_most: Duration) -> bool {
        self.checked.lock().unwrap_or_else(PoisonError::into_inner).elapsed() < for_at_most
    }

    fn trust(&self) {
        *self.checked.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
    }
}

/// A system as a run needs it: the action decides how long one exchange may take.
type Key = (TenantId, SystemId, Duration);
type PairKey = (TenantId, SystemId, SystemVersion, SystemId, SystemVersion, Duration);

/// The systems of all tenants.
#[derive(Clone)]
pub(crate) struct Systems {
    store: Store,
    master: MasterKeys,
    catalogue: Catalogue,
    egress: Egress,
    keys: Cache<TenantId, Arc<TenantKey>>,
    systems: Cache<Key, Arc<Entry>>,
    pairs: Cache<PairKey, Arc<Pair>>,
}

impl Systems {
    pub(crate) fn new(store: &Store, master: MasterKeys, catalogue: Catalogue, egress: Egress) -> Self {
        Self {
            store: store.clone(),
            master,
            catalogue,
            egress,
            keys: Cache::builder().max_capacity(KEPT).time_to_live(KEY_KEPT).build(),
            systems: Cache::new(KEPT),
            pairs: Cache::new(KEPT),
        }
    }

    /// Both systems of an integration; copies no older than `trusted` are used without asking.
    pub(crate) async fn pair(
        &self,
        tenant: TenantId,
        (source, target): (SystemId, SystemId),
        http_timeout: Duration,
        trusted: Duration,
    ) -> Result<Arc<Pair>, Halt> {
        let source = self.get((tenant, source, http_timeout), trusted, Side::Source).await?;
        let target = self.get((tenant, target, http_timeout), trusted, Side::Target).await?;
        let key = (tenant, source.id, source.version, target.id, target.version, http_timeout);
        if let Some(pair) = self.pairs.get(&key).await {
            return Ok(pair);
        }
        let secrets = [source.connection.secrets(), target.connection.secrets()].concat();
        let masker = Masker::new(&self.key(tenant).await?.tag_key(), &secrets, &[]);
        let pair = Arc::new(Pair { source, target, masker });
        self.pairs.insert(key, Arc::clone(&pair)).await;
        Ok(pair)
    }

    /// One system as it is configured at this moment, and a masker for its secrets.
    pub(crate) async fn fresh(
        &self,
        tenant: TenantId,
        system: SystemId,
        http_timeout: Duration,
    ) -> Result<(Arc<System>, Masker), Halt> {
        let system = self.get((tenant, system, http_timeout), Duration::ZERO, Side::Source).await?;
        let masker = Masker::new(&self.key(tenant).await?.tag_key(), &system.connection.secrets(), &[]);
        Ok((system, masker))
    }

    /// The tenant's data key, opened.
    pub(crate) async fn key(&self, tenant: TenantId) -> Result<Arc<TenantKey>, Halt> {
        if let Some(key) = self.keys.get(&tenant).await {
            return Ok(key);
        }
        let mut tx = self.store.tenant(tenant).await?;
        let sealed = match tenants::find(&mut tx, tenant).await {
            Err(StoreError::NotFound) => {
                return Err(unusable(Side::Throughline, "This tenant does not exist any more."));
            }
            other => other?.key,
        };
        let sealed = sealed
            .ok_or_else(|| unusable(Side::Throughline, "The data key of this tenant was destroyed."))?;
        let sealed = SealedTenantKey { master_key_id: sealed.master_key_id, bytes: sealed.sealed };
        let key = self.master.open(tenant, &sealed).map_err(|error| locked(&error))?;
        let key = Arc::new(key);
        self.keys.insert(tenant, Arc::clone(&key)).await;
        Ok(key)
    }

    async fn get(&self, key: Key, trusted: Duration, side: Side) -> Result<Arc<System>, Halt> {
        let cached = self.systems.get(&key).await;
        if let Some(entry) = cached.as_ref().filter(|entry| entry.is_trusted(trusted)) {
            return Ok(Arc::clone(&entry.system));
        }
        let (tenant, id, http_timeout) = key;
        let mut tx = self.store.tenant(tenant).await?;
        if let Some(entry) = cached {
            let version =
                plans::system_version(&mut tx, tenant, id).await.map_err(|error| missing(error, side))?;
            if version == entry.system.version {
                entry.trust();
                return Ok(Arc::clone(&entry.system));
            }
        }
        let row = plans::system(&mut tx, tenant, id).await.map_err(|error| missing(error, side))?;
        drop(tx);
        let system = Arc::new(self.open(tenant, row, http_timeout, side).await?);
        let entry = Entry { system: Arc::clone(&system), checked: Mutex::new(Instant::now()) };
        self.systems.insert(key, Arc::new(entry)).await;
        Ok(system)
    }

    async fn open(
        &self,
        tenant: TenantId,
        row: SystemRow,
        http_timeout: Duration,
        side: Side,
    ) -> Result<System, Halt> {
        let manifest = self.catalogue.get(&row.connector).ok_or_else(|| {
            unusable(
                side,
                format!(
                    "The system {} uses the connector {}, which does not exist.",
                    row.name, row.connector
                ),
            )
        })?;
        let credentials = match row.sealed_credentials {
            Some(sealed) => self.credentials(tenant, row.id, &sealed).await?,
            None => BTreeMap::new(),
        };
        let config = SystemConfig { id: row.id, base_url: row.base_url, settings: row.settings, credentials };
        let egress = self.egress.with_total_timeout(http_timeout);
        let connection = Connection::new(Arc::clone(&manifest), config, egress)
            .map_err(|failure| Stop::lasting(RunError::new(failure.code, side, failure.message)))?;
        Ok(System { id: row.id, name: row.name, manifest, connection, version: row.version })
    }

    async fn credentials(
        &self,
        tenant: TenantId,
        system: SystemId,
        sealed: &[u8],
    ) -> Result<BTreeMap<String, SecretString>, Halt> {
        let key = self.key(tenant).await?;
        let opened = key.open_secret(Row::Credentials(system), sealed).map_err(|error| locked(&error))?;
        let secrets: BTreeMap<String, Value> = serde_json::from_slice(&opened).map_err(|_| {
            unusable(Side::Throughline, "The stored credentials are no JSON object. Enter them again.")
        })?;
        let text = |value: Value| match value {
            Value::String(text) => text,
            other => other.to_string(),
        };
        Ok(secrets.into_iter().map(|(name, value)| (name, SecretString::from(text(value)))).collect())
    }
}

fn missing(error: StoreError, side: Side) -> Halt {
    match error {
        StoreError::NotFound => {
            unusable(side, format!("The {side} system of this integration does not exist any more."))
        }
        other => other.into(),
    }
}

fn locked(error: &throughline_vault::VaultError) -> Halt {
    tracing::error!(error = error as &dyn std::error::Error, "sealed data of a tenant cannot be opened");
    unusable(Side::Throughline, "The stored credentials cannot be opened with the operator's master key.")
}

fn unusable(side: Side, message: impl Into<String>) -> Halt {
    Stop::lasting(RunError::new(ErrorCode::ConfigurationUnusable, side, message)).into()
}
