//! Live updates: what happens to runs, for consoles that watch.
//!
//! One Redis stream per tenant, which keeps the last events; subscribers can go on where they left off. In each process,
//! subscribers of one tenant share a reader with a connection of its own.

mod publish;
mod reader;
mod stream;
mod subscription;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use throughline_domain::TenantId;
use tokio_util::sync::CancellationToken;

use crate::link::Coord;

use reader::Reader;

pub use publish::LivePublisher;
pub use subscription::Subscription;

/// The kind of key under which streams are kept.
const STREAM: &str = "live";

/// One event of a tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LiveEvent {
    /// Its position; give it to [`Live::subscribe`] to go on after it.
    pub id: String,
    /// What happened: `run.started`, `run.phase`, `run.finished`, `system.changed`, `integration.changed`.
    pub kind: String,
    /// Details, as JSON text.
    pub data: String,
}

/// What a subscriber sees.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LiveItem {
    /// An event.
    Event(LiveEvent),
    /// Events may have been missed (Redis was away or flushed, the subscriber was too slow or away too long): read the
    /// rows again.
    Gap,
}

/// The live streams of all tenants; clones share the readers.
#[derive(Debug, Clone)]
pub struct Live {
    coord: Coord,
    keep: usize,
    /// Each ends with its last subscription.
    readers: Arc<Mutex<HashMap<TenantId, Weak<Reader>>>>,
}

impl Live {
    /// The streams in `coord`; each keeps about `keep` events.
    pub fn new(coord: &Coord, keep: usize) -> Self {
        Self { coord: coord.clone(), keep, readers: Arc::default() }
    }

    /// A publisher, and the task that sends in batches what is queued, until `shutdown`: give it to a supervisor.
    pub fn publisher(
        &self,
        shutdown: CancellationToken,
    ) -> (LivePublisher, impl Future<Output = ()> + Send + 'static) {
        publish::pair(self.coord.clone(), self.keep, shutdown)
    }

    /// Events of `tenant` from now on, or after the event `after`. Lives through outages of Redis.
    pub async fn subscribe(&self, tenant: TenantId, after: Option<&str>) -> Subscription {
        let key = self.coord.key(STREAM, tenant);
        let reader = self.reader(tenant, &key);
        Subscription::begin(&self.coord, &key, after, reader).await
    }

    /// The reader of the tenant: the one that is running, or a new one.
    fn reader(&self, tenant: TenantId, key: &str) -> Arc<Reader> {
        let mut readers = self.readers.lock().unwrap_or_else(PoisonError::into_inner);
        readers.retain(|_, reader| reader.strong_count() > 0);
        if let Some(running) = readers.get(&tenant).and_then(Weak::upgrade) {
            return running;
        }
        let fresh = Arc::new(Reader::start(self.coord.clone(), key.to_owned()));
        readers.insert(tenant, Arc::downgrade(&fresh));
        fresh
    }
}
