//! Keeping the desk over a restart: one JSON file, written when something has changed.

use std::{fs, path::Path, sync::Arc, time::Duration};

use anyhow::Context as _;
use serde::{Deserialize, Serialize};

use super::{Desk, book::Incident, writes::WriteLog};

const PAUSE: Duration = Duration::from_secs(1);

#[derive(Debug, Default, Serialize, Deserialize)]
struct Snapshot {
    incidents: Vec<Incident>,
    writes: WriteLog,
}

impl Desk {
    /// Reads the snapshot, when there is one.
    pub(crate) fn load(&self, file: &Path) -> anyhow::Result<()> {
        let Ok(bytes) = fs::read(file) else { return Ok(()) };
        let snapshot: Snapshot = serde_json::from_slice(&bytes)
            .with_context(|| format!("{} is no snapshot of a desk", file.display()))?;
        let mut state = self.state();
        for incident in snapshot.incidents {
            state.ticker.resume_after(incident.text("updated_at").unwrap_or_default());
            let number = incident.text("number").unwrap_or_default().to_owned();
            state.book.put(number, incident);
        }
        state.writes = snapshot.writes;
        Ok(())
    }

    /// Writes the snapshot whenever something has changed, until the process ends.
    pub(crate) async fn keep(self: Arc<Self>, file: impl AsRef<Path>) {
        let mut written = 0;
        loop {
            tokio::time::sleep(PAUSE).await;
            let writes = self.state().writes.of(None).len();
            if writes != written && self.save(file.as_ref()).is_ok() {
                written = writes;
            }
        }
    }

    /// Writes a new file, then puts it in the place of the old one.
    fn save(&self, file: &Path) -> anyhow::Result<()> {
        let bytes = {
            let state = self.state();
            let incidents: Vec<_> = state.book.all().collect();
            serde_json::to_vec(&serde_json::json!({"incidents": incidents, "writes": state.writes}))?
        };
        let new = file.with_extension("new");
        fs::write(&new, bytes)?;
        Ok(fs::rename(new, file)?)
    }
}
