//! Committing the rows of a batch, though the database may refuse some of them.

use std::collections::HashMap;

use throughline_domain::RunId;
use throughline_store::runs::{self, RunBatch, Written};
use throughline_store::{Store, StoreError};

use crate::packing::StageKind;

/// What was committed.
#[derive(Debug, Default)]
pub(crate) struct Committed {
    /// Runs that changed.
    pub(crate) written: Written,
    /// What the database will never accept, and why.
    pub(crate) refused: HashMap<(RunId, StageKind), String>,
}

/// Writes the batch in one transaction; when the database refuses a value, in halves, until what it refuses stands alone.
///
/// # Errors
/// When the database is not available. Parts may be written then; writing them again changes nothing.
pub(crate) async fn commit(store: &Store, batch: &RunBatch) -> Result<Committed, StoreError> {
    let mut committed = Committed::default();
    match runs::write(store, batch).await {
        Ok(written) => committed.written = written,
        Err(error) if error.is_refusal() => {
            let mut parts = halves(batch, &error, &mut committed);
            while let Some(part) = parts.pop() {
                match runs::write(store, &part).await {
                    Ok(written) => committed.add(written),
                    Err(error) if error.is_refusal() => parts.extend(halves(&part, &error, &mut committed)),
                    Err(error) => return Err(error),
                }
            }
        }
        Err(error) => return Err(error),
    }
    Ok(committed)
}

impl Committed {
    fn add(&mut self, written: Written) {
        self.written.started.extend(written.started);
        self.written.finished.extend(written.finished);
    }
}

/// The two halves of a batch; of a single run none, and it counts as refused.
fn halves(batch: &RunBatch, error: &StoreError, committed: &mut Committed) -> Vec<RunBatch> {
    let (started, finished) = (&batch.started, &batch.finished);
    match (started.as_slice(), finished.as_slice()) {
        ([], []) => return Vec::new(),
        ([run], []) => {
            committed.refused.insert((run.identity.run, StageKind::Started), error.to_string());
            return Vec::new();
        }
        ([], [run]) => {
            committed.refused.insert((run.identity.run, StageKind::Finished), error.to_string());
            return Vec::new();
        }
        _ => {}
    }
    let (started_before, started_after) = started.split_at(started.len() / 2);
    // Rounded up, so that one of each kind is parted too.
    let (finished_before, finished_after) = finished.split_at(finished.len().div_ceil(2));
    let half = |started: &[_], finished: &[_]| RunBatch {
        started: started.to_vec(),
        finished: finished.to_vec(),
        packs: batch.packs.clone(),
    };
    vec![half(started_before, finished_before), half(started_after, finished_after)]
}
