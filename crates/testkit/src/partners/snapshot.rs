//! Keeping a partner over a restart: one JSON file, written anew when something has changed.

use std::{fs, path::Path, sync::Arc, time::Duration};

use anyhow::Context as _;
use serde_json::Value;

const PAUSE: Duration = Duration::from_secs(1);

/// A partner whose records can be written down and put back.
pub(super) trait Keepsake: Send + Sync + 'static {
    /// Changes whenever a record does.
    fn edition(&self) -> String;
    /// All records.
    fn image(&self) -> Value;
    /// Takes the records of an image over.
    fn restore(&self, image: Value) -> serde_json::Result<()>;
}

/// Puts the records of `file` back, when there is one.
pub(super) fn load(partner: &impl Keepsake, file: &Path) -> anyhow::Result<()> {
    let Ok(bytes) = fs::read(file) else { return Ok(()) };
    let restored = serde_json::from_slice(&bytes).and_then(|image| partner.restore(image));
    restored.with_context(|| format!("{} is no snapshot of a partner", file.display()))
}

/// Writes `file` whenever something has changed, until the process ends.
pub(super) async fn keep(partner: Arc<impl Keepsake>, file: impl AsRef<Path>) {
    let mut written = partner.edition();
    loop {
        tokio::time::sleep(PAUSE).await;
        let edition = partner.edition();
        if edition != written && save(&*partner, file.as_ref()).is_ok() {
            written = edition;
        }
    }
}

/// Writes a new file, then puts it in the place of the old one.
fn save(partner: &impl Keepsake, file: &Path) -> anyhow::Result<()> {
    let new = file.with_extension("new");
    fs::write(&new, serde_json::to_vec(&partner.image())?)?;
    Ok(fs::rename(new, file)?)
}
