//! What a run has seen and done so far, masked as it happens, and in the end its capture.

use std::time::Duration;

use throughline_contract::{Capture, RecordOutcome, RunFinished, Stage};
use throughline_domain::{Outcome, OutcomeCounts, RunError, RunStatus, Timestamp};
use throughline_flow::{FilterVerdict, Record, uql};
use throughline_mask::MaskedJson;
use tokio::time::Instant;

use super::entries::Entries;
use super::phases::Phases;
use super::timeline::Timeline;
use super::{documents, header, weight};
use crate::run::{Asked, Done, Position, Setting, Stop};

/// Records that came to nothing special and are listed all the same.
const OTHERS: u32 = 100;
/// About how many bytes an entry has beside its record.
const FRAME: usize = 200;

/// What a run has seen and done so far.
#[derive(Debug, Default)]
pub(crate) struct Story {
    pub(super) counts: OutcomeCounts,
    outcomes: Vec<RecordOutcome>,
    others: u32,
    first_error: Option<RunError>,
    pub(super) query: Option<Vec<(&'static str, MaskedJson)>>,
    pub(super) extracted: Entries,
    pub(super) filtered: Entries,
    pub(super) loaded: Entries,
    pub(super) answered: Entries,
    pub(super) listed: Entries,
    pub(super) notes: Vec<&'static str>,
    pub(super) timeline: Timeline,
    pub(super) reading: Duration,
    pub(super) screening: Duration,
    pub(super) mapping: Duration,
    pub(super) writing: Duration,
}

impl Story {
    /// `what` began then and ends now.
    pub(crate) fn time(&mut self, what: &'static str, began: Instant, now: Timestamp) {
        self.timeline.add(what, now, began.elapsed());
    }

    /// A page was read, or could not be.
    pub(crate) fn read(&mut self, setting: &Setting<'_>, began: Instant, now: Timestamp) {
        self.reading += began.elapsed();
        if setting.reading.count() > 0 && self.query.is_some() {
            self.timeline.add("read", now, began.elapsed());
        }
    }

    /// A page was filtered.
    pub(crate) fn screened(&mut self, began: Instant, now: Timestamp) {
        self.screening += began.elapsed();
        self.timeline.add("filter", now, began.elapsed());
    }

    /// Something that the status phase should say.
    pub(crate) fn note(&mut self, note: &'static str) {
        self.notes.push(note);
    }

    /// Whether any record became known.
    pub(crate) const fn has_read(&self) -> bool {
        self.counts.read > 0 || self.extracted.count() > 0
    }

    /// What is asked of the source.
    pub(crate) fn asked(&mut self, setting: &Setting<'_>, asked: Option<&Asked>, position: &Position) {
        let Some(asked) = asked else { return };
        let masker = setting.reading.masker();
        let predicates = |list: &[uql::Predicate]| {
            MaskedJson::array(
                list.iter().map(|predicate| masker.text(&uql::condition_text(predicate)).into()),
            )
        };
        let order = asked.query.order_by.iter().map(|order| {
            let direction = if order.descending { " desc" } else { "" };
            masker.text(&format!("{}{direction}", order.field)).into()
        });
        self.query = Some(vec![
            ("text", masker.text(&asked.query.to_string()).into()),
            ("native", documents::native(&masker, &asked.native.describe())),
            ("pushed", predicates(asked.native.pushed())),
            ("residual", predicates(asked.native.residual())),
            ("order_by", MaskedJson::array(order)),
            ("limit", asked.query.limit.map(MaskedJson::from).into()),
            ("before", documents::text(&masker, position.before())),
        ]);
    }

    /// A record passed the filter.
    pub(crate) fn extracted(&mut self, setting: &Setting<'_>, record: &Record) {
        let masker = setting.reading.masker();
        if setting.keep.payload() {
            self.extracted.add(weight(&record.fields) + FRAME, || documents::record(&masker, record));
        } else {
            self.extracted.add(0, MaskedJson::null);
        }
    }

    /// The filter left a record out.
    pub(crate) fn filtered(&mut self, setting: &Setting<'_>, record: &Record, verdict: &FilterVerdict) {
        let masker = setting.reading.masker();
        if setting.keep.payload() {
            let size = weight(&record.fields) + FRAME * (1 + verdict.trace.len());
            self.filtered.add(size, || documents::filtered(&masker, record, verdict));
        } else {
            self.filtered.add(0, MaskedJson::null);
        }
        self.counts.read += 1;
        self.counts.add(Outcome::Filtered);
        self.remember(RecordOutcome {
            source_key: setting.mask(&record.key),
            target_key: None,
            source_url: record.url.as_deref().map(|url| setting.mask(url)),
            target_url: None,
            operation: None,
            outcome: Outcome::Filtered,
            error: None,
        });
    }

    /// A record has its outcome.
    pub(crate) fn done(&mut self, setting: &Setting<'_>, done: Done) {
        self.mapping += done.mapping_took;
        self.writing += done.target_took;
        if done.is_old_news() {
            return;
        }
        self.counts.read += 1;
        self.counts.add(done.outcome);
        if let (None, Some(error)) = (&self.first_error, &done.error) {
            self.first_error = Some(error.clone());
        }
        self.document(setting, &done);
        self.remember(RecordOutcome {
            source_key: setting.mask(&done.source_key),
            target_key: done.target_key.as_deref().map(|key| setting.mask(key)),
            source_url: done.source_url.as_deref().map(|url| setting.mask(url)),
            target_url: done.target_url.as_deref().map(|url| setting.mask(url)),
            operation: done.operation,
            outcome: done.outcome,
            error: done.error,
        });
    }

    fn document(&mut self, setting: &Setting<'_>, done: &Done) {
        let masker = setting.writing.masker();
        self.listed.add(FRAME, || documents::listed(&masker, done));
        if !setting.keep.payload() {
            return;
        }
        let mapped = done.mapped.as_ref();
        let fields = mapped.map_or(0, |mapped| mapped.fields.values().map(weight).sum::<usize>());
        let rules = mapped.map_or(0, |mapped| mapped.rules.len());
        self.loaded.add(FRAME * (1 + rules) + 3 * fields, || documents::loaded(&masker, done));
        if done.answer.is_some() || (done.error.is_some() && done.operation.is_some()) {
            let size = FRAME + done.answer.as_ref().map_or(0, weight);
            self.answered.add(size, || documents::answered(&masker, done));
        }
    }

    fn remember(&mut self, outcome: RecordOutcome) {
        let special = matches!(
            outcome.outcome,
            Outcome::Created | Outcome::Updated | Outcome::Failed | Outcome::InDoubt
        );
        if special || self.others < OTHERS {
            self.others += u32::from(!special);
            self.outcomes.push(outcome);
        }
    }

    /// The capture of the run that ended, with the watermark that it set.
    pub(crate) fn finish(
        mut self,
        setting: &Setting<'_>,
        stop: Option<Stop>,
        advanced: Option<String>,
        finished_at: Timestamp,
        next_attempt_at: Option<Timestamp>,
    ) -> Capture {
        let status = self.status(stop.as_ref());
        let error = match stop {
            Some(Stop::Failed { error, .. }) => Some(error),
            _ => self.first_error.take(),
        };
        let finished = RunFinished {
            started_at: Some(setting.started_at),
            finished_at,
            status,
            counts: self.counts,
            records: std::mem::take(&mut self.outcomes),
            phases: Phases { story: self, setting, status, error: error.as_ref(), advanced, finished_at }
                .all(),
            error,
            next_attempt_at,
        };
        Capture { run: header(setting.request), stage: Stage::Finished(Box::new(finished)) }
    }

    fn status(&self, stop: Option<&Stop>) -> RunStatus {
        let good = self.counts.created + self.counts.updated + self.counts.unchanged;
        match stop {
            None => RunStatus::settled(&self.counts),
            Some(Stop::Cancelled) => RunStatus::Cancelled,
            Some(Stop::Failed { .. }) if good > 0 => RunStatus::PartlyFailed,
            Some(Stop::Failed { .. }) => RunStatus::Failed,
        }
    }
}
