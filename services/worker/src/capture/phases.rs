//! From a run's story to its seven phase documents.

use std::time::Duration;

use throughline_contract::{PhaseContent, PhaseDocument};
use throughline_domain::{Phase, RunError, RunStatus, Timestamp};
use throughline_mask::MaskedJson;

use super::documents;
use super::entries::Entries;
use super::story::Story;
use super::timeline::instant;
use crate::run::Setting;

/// About how many bytes of exchanges one document has.
const EXCHANGES: usize = 3 * 1024 * 1024;

/// The making of the phase documents.
pub(super) struct Phases<'a> {
    pub(super) story: Story,
    pub(super) setting: &'a Setting<'a>,
    pub(super) status: RunStatus,
    pub(super) error: Option<&'a RunError>,
    pub(super) advanced: Option<String>,
    pub(super) finished_at: Timestamp,
}

impl Phases<'_> {
    /// All seven, in the order of the vocabulary.
    pub(super) fn all(mut self) -> Vec<PhaseDocument> {
        Phase::ALL.iter().map(|phase| self.one(*phase)).collect()
    }

    fn one(&mut self, phase: Phase) -> PhaseDocument {
        let (items, took) = self.measure(phase);
        let content = match self.setting.keep.refuses(phase, self.status) {
            Some(reason) => PhaseContent::NotCaptured(reason),
            None => self.content(phase),
        };
        PhaseDocument { phase, content, items, took_us: u64::try_from(took.as_micros()).unwrap_or(u64::MAX) }
    }

    fn measure(&self, phase: Phase) -> (u32, Duration) {
        let story = &self.story;
        let exchanges = |count: u64| u32::try_from(count).unwrap_or(u32::MAX);
        let whole = (self.finished_at - self.setting.started_at).to_std().unwrap_or_default();
        match phase {
            Phase::Status => (story.counts.read, whole),
            Phase::ExtractHttp => (exchanges(self.setting.reading.count()), story.reading),
            Phase::Extract => (story.extracted.count() + story.filtered.count(), story.screening),
            Phase::Load => (story.loaded.count(), story.mapping),
            Phase::LoadHttp => (exchanges(self.setting.writing.count()), story.writing),
            Phase::Response => (story.answered.count(), Duration::ZERO),
            Phase::Uql => (u32::from(story.query.is_some()), Duration::ZERO),
        }
    }

    fn content(&mut self, phase: Phase) -> PhaseContent {
        let nothing = |reason: &str| PhaseContent::NotCaptured(reason.to_owned());
        match phase {
            Phase::Status => self.status_document(),
            Phase::Uql => match self.story.query.take() {
                Some(query) => self.query_document(query),
                None => nothing("The source was not asked: the records came with the trigger."),
            },
            Phase::ExtractHttp if self.setting.reading.count() == 0 => nothing("The source was not called."),
            Phase::ExtractHttp => exchanges(self.setting.reading.exchanges(), self.error),
            Phase::LoadHttp if self.setting.writing.count() == 0 => nothing("The target was not called."),
            Phase::LoadHttp => exchanges(self.setting.writing.exchanges(), self.error),
            Phase::Extract if self.story.extracted.count() + self.story.filtered.count() == 0 => {
                nothing("No record was read.")
            }
            Phase::Extract => {
                let filtered = std::mem::take(&mut self.story.filtered);
                lists([("records", std::mem::take(&mut self.story.extracted)), ("filtered", filtered)])
            }
            Phase::Load if self.story.loaded.count() == 0 => {
                nothing("No record came as far as the field map.")
            }
            Phase::Load => lists([("records", std::mem::take(&mut self.story.loaded))]),
            Phase::Response if self.story.answered.count() == 0 => {
                nothing("Nothing was written to the target.")
            }
            Phase::Response => lists([("records", std::mem::take(&mut self.story.answered))]),
        }
    }

    fn status_document(&mut self) -> PhaseContent {
        let masker = self.setting.writing.masker();
        let keep = &self.setting.keep;
        let listed = std::mem::take(&mut self.story.listed);
        let omitted = listed.omitted();
        captured(MaskedJson::object([
            ("status", self.status.as_str().into()),
            ("error", self.error.map(|error| documents::error(&masker, error)).into()),
            ("records", listed.into_json()),
            ("omitted", omitted.into()),
            ("notes", MaskedJson::array(self.story.notes.iter().map(|note| (*note).into()))),
            ("timeline", self.story.timeline.to_json(&masker)),
            ("finished_at", instant(&masker, self.finished_at)),
            (
                "capture",
                MaskedJson::object([
                    ("http", keep.http().as_str().into()),
                    ("payload", keep.payload().into()),
                    ("reason", masker.text(&keep.sentence()).into()),
                ]),
            ),
        ]))
    }

    fn query_document(&self, mut query: Vec<(&'static str, MaskedJson)>) -> PhaseContent {
        let masker = self.setting.reading.masker();
        let before = query.pop().map_or_else(MaskedJson::null, |(_, before)| before);
        let after = documents::text(&masker, self.advanced.as_deref());
        query.push(("watermark", MaskedJson::object([("before", before), ("after", after)])));
        captured(MaskedJson::object(query))
    }
}

fn lists<const N: usize>(lists: [(&'static str, Entries); N]) -> PhaseContent {
    let omitted: u32 = lists.iter().map(|(_, entries)| entries.omitted()).sum();
    let mut parts: Vec<(&'static str, MaskedJson)> =
        lists.into_iter().map(|(name, entries)| (name, entries.into_json())).collect();
    cut_note(&mut parts, omitted);
    captured(MaskedJson::object(parts))
}

/// Exchanges within their bounds; the one that proves the run's error always stays.
fn exchanges(document: MaskedJson, error: Option<&RunError>) -> PhaseContent {
    let proof = error.and_then(|error| error.evidence.exchange.as_deref());
    let (document, omitted) = document.shortened("exchanges", EXCHANGES, |exchange| {
        proof.is_some() && exchange.get("id").and_then(serde_json::Value::as_str) == proof
    });
    let mut parts = Vec::new();
    cut_note(&mut parts, u32::try_from(omitted).unwrap_or(u32::MAX));
    captured(document.with(parts))
}

fn cut_note(parts: &mut Vec<(&'static str, MaskedJson)>, omitted: u32) {
    if omitted > 0 {
        parts.push(("omitted", omitted.into()));
        parts.push(("note", "This document reached its size limit; further entries were left out.".into()));
    }
}

fn captured(document: MaskedJson) -> PhaseContent {
    PhaseContent::Captured(document.to_bytes())
}
