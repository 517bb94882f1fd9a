//! Live updates: what happens to runs, for consoles that watch.

use std::time::Duration;

use throughline_domain::TenantId;
use tokio_util::sync::CancellationToken;

use crate::link::Coord;

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

/// Sends events; never waits, drops when it must. Clones share one queue.
#[derive(Debug, Clone)]
pub struct LivePublisher;

impl LivePublisher {
    /// Queues an event for its tenant. Dropped when the queue is full or Redis is away.
    pub fn send(&self, tenant: TenantId, kind: &'static str, data: String) {
        let _ = (tenant, kind, data);
        todo!()
    }
}

/// The live streams of all tenants.
#[derive(Debug, Clone)]
pub struct Live;

impl Live {
    /// The streams in `coord`; each keeps about `keep` events.
    pub fn new(coord: &Coord, keep: usize) -> Self {
        let _ = (coord, keep);
        todo!()
    }

    /// A publisher, and the task that sends in batches what is queued, until `shutdown`: give it to a supervisor.
    pub fn publisher(&self, shutdown: CancellationToken) -> (LivePublisher, impl Future<Output = ()> + Send + 'static) {
        let _ = shutdown;
        (LivePublisher, async {})
    }

    /// Events of `tenant` from now on, or after the event `after`. Subscribers of one tenant in one process share a
    /// connection. Lives through outages of Redis.
    pub async fn subscribe(&self, tenant: TenantId, after: Option<&str>) -> Subscription {
        let _ = (tenant, after);
        todo!()
    }
}

/// A subscription; ends when dropped.
#[derive(Debug)]
pub struct Subscription;

impl Subscription {
    /// The next item; waits for it as long as it takes.
    pub async fn next(&mut self) -> LiveItem {
        todo!()
    }

    /// Like [`Subscription::next`], for at most `wait` (a heartbeat is due then).
    pub async fn next_within(&mut self, wait: Duration) -> Option<LiveItem> {
        tokio::time::timeout(wait, self.next()).await.ok()
    }
}
