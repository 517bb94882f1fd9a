//! How many more bulk runs the broker should be given: asked now and then, and counted down in between.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// What the broker said is believed for so long. The bound is a second or two of work, so replicas that each give half a
/// second's worth of runs too many do no harm.
const BELIEVED: Duration = Duration::from_millis(500);
/// "No room" is believed for less long: workers take runs away all the time.
const FULL: Duration = Duration::from_millis(100);

/// The room as last heard of.
#[derive(Debug, Default)]
pub(super) struct Room(Mutex<Option<(Instant, u32)>>);

impl Room {
    /// What is left of the last answer, unless it is too old.
    pub(super) fn left(&self) -> Option<u32> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.and_then(|(at, left)| {
            let believed = if left == 0 { FULL } else { BELIEVED };
            (at.elapsed() < believed).then_some(left)
        })
    }

    /// The broker has answered.
    pub(super) fn heard(&self, room: u32) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((Instant::now(), room));
    }

    /// So many runs were given to the broker.
    pub(super) fn used(&self, runs: usize) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, left)) = known.as_mut() {
            *left = left.saturating_sub(u32::try_from(runs).unwrap_or(u32::MAX));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn an_answer_is_counted_down_and_then_forgotten() {
        let room = Room::default();
        assert_eq!(room.left(), None);
        room.heard(10);
        room.used(4);
        assert_eq!(room.left(), Some(6));
        tokio::time::advance(FULL).await;
        assert_eq!(room.left(), Some(6));
        room.used(7);
        assert_eq!(room.left(), None, "full is believed for a shorter time");
        room.heard(10);
        tokio::time::advance(BELIEVED).await;
        assert_eq!(room.left(), None);
    }
}
