//! The wish that a run ends: set by whoever asks, looked at by the worker between records.

use std::time::Duration;

use throughline_domain::RunId;

use crate::link::{Coord, Degraded};

/// How long a wish is kept: longer than any run may take.
const KEPT: Duration = Duration::from_secs(24 * 60 * 60);

/// The wishes of all tenants. Without Redis nobody is heard; the scheduler still settles a run at its deadline.
#[derive(Debug, Clone)]
pub struct Cancels {
    coord: Coord,
}

impl Cancels {
    /// The wishes in `coord`.
    pub fn new(coord: &Coord) -> Self {
        Self { coord: coord.clone() }
    }

    /// Asks that `run` ends.
    pub async fn ask(&self, run: RunId) -> Result<(), Degraded> {
        let key = self.key(run);
        self.coord
            .ask(async |mut redis| {
                redis::cmd("SET")
                    .arg(&key)
                    .arg(1)
                    .arg("EX")
                    .arg(KEPT.as_secs())
                    .query_async::<()>(&mut redis)
                    .await
            })
            .await
    }

    /// Whether somebody has asked.
    pub async fn asked(&self, run: RunId) -> Result<bool, Degraded> {
        let key = self.key(run);
        self.coord
            .ask(async |mut redis| redis::cmd("EXISTS").arg(&key).query_async::<bool>(&mut redis).await)
            .await
    }

    fn key(&self, run: RunId) -> String {
        self.coord.key("cancel", run)
    }
}
