//! Where the time of a run went.

use std::time::Duration;

use chrono::SecondsFormat;
use throughline_domain::Timestamp;
use throughline_mask::{MaskedJson, Masker};

/// Entries of one timeline; later ones are only added to the sums.
const MOST: usize = 200;

/// What happened when, and for how long.
#[derive(Debug, Default)]
pub(crate) struct Timeline(Vec<(&'static str, Timestamp, Duration)>);

impl Timeline {
    /// `what` ended at `ended`, and took so long.
    pub(crate) fn add(&mut self, what: &'static str, ended: Timestamp, took: Duration) {
        if self.0.len() < MOST {
            self.0.push((what, ended - took, took));
        }
    }

    /// The list for the status phase.
    pub(crate) fn to_json(&self, masker: &Masker) -> MaskedJson {
        MaskedJson::array(self.0.iter().map(|(what, at, took)| {
            MaskedJson::object([
                ("what", (*what).into()),
                ("at", instant(masker, *at)),
                ("ms", millis(*took).into()),
            ])
        }))
    }
}

/// An instant as RFC 3339.
pub(crate) fn instant(masker: &Masker, at: Timestamp) -> MaskedJson {
    masker.text(&at.to_rfc3339_opts(SecondsFormat::Millis, true)).into()
}

fn millis(took: Duration) -> f64 {
    (took.as_secs_f64() * 1e6).round() / 1e3
}
