//! The sending side.

use redis::Pipeline;
use throughline_domain::TenantId;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::STREAM;
use super::stream::{DATA, KIND};
use crate::link::Coord;

/// So many events may wait; further ones are dropped.
const QUEUE: usize = 4096;
/// So many events go out at once.
const BATCH: usize = 256;
/// A stream without events for this long is forgotten, in milliseconds: a day.
const KEEP_MS: u64 = 86_400_000;

/// Sends events; never waits, drops when it must. Clones share one queue.
#[derive(Debug, Clone)]
pub struct LivePublisher(mpsc::Sender<Outgoing>);

#[derive(Debug)]
struct Outgoing {
    tenant: TenantId,
    kind: &'static str,
    data: String,
}

impl LivePublisher {
    /// Queues an event for its tenant. Dropped when the queue is full or Redis is away.
    pub fn send(&self, tenant: TenantId, kind: &'static str, data: String) {
        // Live updates may be missed: the rows say the same.
        let _ = self.0.try_send(Outgoing { tenant, kind, data });
    }
}

/// A publisher, and the task that sends.
pub(super) fn pair(
    coord: Coord,
    keep: usize,
    shutdown: CancellationToken,
) -> (LivePublisher, impl Future<Output = ()> + Send + 'static) {
    let (sender, mut events) = mpsc::channel(QUEUE);
    let task = async move {
        let mut batch = Vec::with_capacity(BATCH);
        loop {
            let received = tokio::select! {
                biased;
                received = events.recv_many(&mut batch, BATCH) => received,
                () = shutdown.cancelled() => 0,
            };
            if received == 0 {
                return;
            }
            let commands = additions(&coord, keep, batch.drain(..));
            // Dropped without Redis; whoever subscribes is told that there is a gap.
            let _ = coord.ask(async |mut redis| commands.query_async::<()>(&mut redis).await).await;
        }
    };
    (LivePublisher(sender), task)
}

fn additions(coord: &Coord, keep: usize, events: impl Iterator<Item = Outgoing>) -> Pipeline {
    let mut commands = redis::pipe();
    for Outgoing { tenant, kind, data } in events {
        let key = coord.key(STREAM, tenant);
        let add = commands.cmd("XADD").arg(&key).arg("MAXLEN").arg("~").arg(keep).arg("*");
        add.arg(KIND).arg(kind).arg(DATA).arg(data).ignore();
        commands.cmd("PEXPIRE").arg(&key).arg(KEEP_MS).ignore();
    }
    commands
}
