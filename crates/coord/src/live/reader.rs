//! The reading side: one task and one connection per watched tenant.

use std::time::Duration;

use tokio::sync::{broadcast, watch};
use tokio::task::JoinSet;

use super::stream::{self, Position};
use super::{LiveEvent, LiveItem};
use crate::link::{Coord, Degraded};

/// So many events a subscriber may lag behind before it is told that there is a gap.
const SLACK: usize = 1024;
/// The longest that one read waits at the server, in milliseconds.
const BLOCK_MS: u64 = 5_000;
/// The longest that one read may take before the connection counts as broken.
const PATIENCE: Duration = Duration::from_millis(BLOCK_MS + 5_000);
/// The pause before connecting again.
const PAUSE: Duration = Duration::from_millis(500);

/// Reads one stream for all its subscribers in this process; ends when dropped.
#[derive(Debug)]
pub(super) struct Reader {
    items: broadcast::Sender<LiveItem>,
    ready: watch::Receiver<bool>,
    _task: JoinSet<()>,
}

impl Reader {
    pub(super) fn start(coord: Coord, key: String) -> Self {
        let (items, _) = broadcast::channel(SLACK);
        let (set_ready, ready) = watch::channel(false);
        let mut task = JoinSet::new();
        let reading =
            Reading { coord, key, items: items.clone(), set_ready, position: None, interrupted: false };
        task.spawn(reading.for_ever());
        Self { items, ready, _task: task }
    }

    /// Everything from now on.
    pub(super) fn tail(&self) -> broadcast::Receiver<LiveItem> {
        self.items.subscribe()
    }

    /// Waits until no event can be missed any more, but not for long: without Redis there is none.
    pub(super) async fn ready(&self, patience: Duration) {
        let mut ready = self.ready.clone();
        let _ = tokio::time::timeout(patience, ready.wait_for(|ready| *ready)).await;
    }
}

struct Reading {
    coord: Coord,
    key: String,
    items: broadcast::Sender<LiveItem>,
    set_ready: watch::Sender<bool>,
    /// How far events were passed on; `None` before the first connection.
    position: Option<Position>,
    /// Events may have been missed since then.
    interrupted: bool,
}

impl Reading {
    async fn for_ever(mut self) {
        loop {
            if let Err(error) = self.until_broken().await {
                tracing::debug!(%error, "live updates are interrupted");
            }
            self.interrupted = true;
            tokio::time::sleep(PAUSE).await;
        }
    }

    async fn until_broken(&mut self) -> Result<(), Degraded> {
        let mut redis = self.coord.own_connection().await?;
        let last = stream::last(&mut redis, &self.key).await?;
        // A stream that ends before our position is a new one.
        let mut position = self.position.filter(|position| *position <= last).unwrap_or(last);
        if std::mem::take(&mut self.interrupted) {
            self.pass_on(LiveItem::Gap);
        }
        self.position = Some(position);
        let _ = self.set_ready.send(true);
        loop {
            let read = stream::next(&mut redis, &self.key, position, BLOCK_MS);
            let events = tokio::time::timeout(PATIENCE, read)
                .await
                .map_err(|_| Degraded("no answer".to_owned()))??;
            for event in events {
                position = Position::parse(&event.id).unwrap_or(position);
                self.position = Some(position);
                self.pass_on(LiveItem::Event(event));
            }
        }
    }

    fn pass_on(&self, item: LiveItem) {
        // Without subscribers this reader is about to end.
        let _ = self.items.send(item);
    }
}

/// Where an event is.
pub(super) fn position_of(event: &LiveEvent) -> Position {
    Position::parse(&event.id).unwrap_or_default()
}
