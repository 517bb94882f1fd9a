//! What a subscriber holds.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::broadcast::{self, error::RecvError};

use super::reader::{Reader, position_of};
use super::stream::{self, Position};
use super::{LiveEvent, LiveItem};
use crate::link::{Coord, Degraded};

/// How long a subscription waits for Redis before it begins without.
const PATIENCE: Duration = Duration::from_millis(500);

/// A subscription; ends when dropped.
#[derive(Debug)]
pub struct Subscription {
    /// What comes before the tail.
    backlog: VecDeque<LiveItem>,
    tail: broadcast::Receiver<LiveItem>,
    /// Events up to here were seen.
    seen: Position,
    _reader: Arc<Reader>,
}

impl Subscription {
    pub(super) async fn begin(coord: &Coord, key: &str, after: Option<&str>, reader: Arc<Reader>) -> Self {
        let tail = reader.tail();
        reader.ready(PATIENCE).await;
        let backlog = match after {
            Some(id) => backlog(coord, key, id).await.unwrap_or_else(|_| [LiveItem::Gap].into()),
            None => VecDeque::new(),
        };
        Self { backlog, tail, seen: Position::default(), _reader: reader }
    }

    /// The next item; waits for it as long as it takes. Cancel safe.
    pub async fn next(&mut self) -> LiveItem {
        loop {
            match self.next_of_all().await {
                LiveItem::Event(event) if !self.is_new(&event) => {}
                item => return item,
            }
        }
    }

    /// Like [`Subscription::next`], for at most `wait` (a heartbeat is due then).
    pub async fn next_within(&mut self, wait: Duration) -> Option<LiveItem> {
        tokio::time::timeout(wait, self.next()).await.ok()
    }

    async fn next_of_all(&mut self) -> LiveItem {
        if let Some(item) = self.backlog.pop_front() {
            return item;
        }
        match self.tail.recv().await {
            Ok(item) => item,
            Err(RecvError::Lagged(_)) => LiveItem::Gap,
            // The reader lives as long as we do.
            Err(RecvError::Closed) => std::future::pending().await,
        }
    }

    /// The backlog and the tail overlap.
    fn is_new(&mut self, event: &LiveEvent) -> bool {
        let position = position_of(event);
        let new = position > self.seen;
        if new {
            self.seen = position;
        }
        new
    }
}

/// The events after `id`, preceded by a gap when some of them are not kept any more.
async fn backlog(coord: &Coord, key: &str, id: &str) -> Result<VecDeque<LiveItem>, Degraded> {
    let Some(position) = Position::parse(id) else { return Ok([LiveItem::Gap].into()) };
    let (first, events) = coord
        .ask(async |mut redis| {
            Ok((stream::first(&mut redis, key).await?, stream::after(&mut redis, key, position).await?))
        })
        .await?;
    let whole = first.is_some_and(|first| first <= position);
    let gap = (!whole).then_some(LiveItem::Gap);
    Ok(gap.into_iter().chain(events.into_iter().map(LiveItem::Event)).collect())
}
