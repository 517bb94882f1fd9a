//! What is kept of a run whose capture is larger than a message may be.

use throughline_contract::{Capture, PhaseContent, Stage};

/// The outcomes of so many records go into a message whatever they say.
const RECORDS: usize = 10_000;

/// The same run without its documents, and with the outcomes of its first records only. Its counts stay.
pub(crate) fn reduced(capture: &Capture) -> Capture {
    let mut capture = capture.clone();
    if let Stage::Finished(finished) = &mut capture.stage {
        finished.records.truncate(RECORDS);
        for phase in &mut finished.phases {
            let reason = "The documents of this run are together larger than 15 MiB, so none was kept. Read fewer records at a time to see them.";
            phase.content = PhaseContent::NotCaptured(reason.to_owned());
        }
    }
    capture
}
