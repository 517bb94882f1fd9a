//! Where people have logged in before, so that guesses from elsewhere do not lock them out.

use std::time::Duration;

use crate::link::{Coord, Degraded};

/// How long a place is remembered.
const KEPT: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// Places of all people. Without Redis none is known, and everybody is held to the limits for strangers.
#[derive(Debug, Clone)]
pub struct Places {
    coord: Coord,
}

impl Places {
    /// The places in `coord`.
    pub fn new(coord: &Coord) -> Self {
        Self { coord: coord.clone() }
    }

    /// Remembers `place` (an account at an address, as a hash) after a right login.
    pub async fn remember(&self, place: &str) -> Result<(), Degraded> {
        let mut set = redis::cmd("SET");
        set.arg(self.coord.key("place", place)).arg(1).arg("EX").arg(KEPT.as_secs());
        self.coord.ask(async |mut redis| set.query_async::<()>(&mut redis).await).await
    }

    /// Whether there was a right login.
    pub async fn knows(&self, place: &str) -> Result<bool, Degraded> {
        let mut exists = redis::cmd("EXISTS");
        exists.arg(self.coord.key("place", place));
        self.coord.ask(async |mut redis| exists.query_async::<bool>(&mut redis).await).await
    }
}
