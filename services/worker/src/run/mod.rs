//! One run, from its request to its capture.

mod decide;
mod explain;
mod extract;
mod item;
mod lease;
mod ledger;
mod position;
mod record;
mod retry;
mod setting;
mod stop;
#[cfg(test)]
pub(crate) mod testing;
mod wave;

use std::collections::VecDeque;

use serde_json::Value;
use throughline_contract::{Capture, Input, RunRequest, Trigger};
use throughline_domain::{ErrorCode, RunError, Side, Timestamp};
use throughline_flow::Record;
use throughline_store::watermarks::Advance;
use throughline_store::{StoreError, links, watermarks};
use tokio::time::Instant;
use tracing::Instrument;

pub(crate) use extract::Asked;
pub(crate) use item::Done;
pub(crate) use position::Position;
pub(crate) use setting::Setting;
pub(crate) use stop::{Halt, Stop};

use crate::capture::{Story, unprepared};
use crate::engine::Engine;
use crate::places::Place;
use extract::Reader;
use item::{Again, Failed, Item};
use ledger::Ledger;
use position::Place as At;
use retry::NextAttempt;

/// A run that is over: what it leaves to be published.
#[derive(Debug)]
pub struct Executed {
    /// What is kept of it.
    pub capture: Capture,
    /// What is tried again.
    pub retries: Vec<Trigger>,
    /// How far the poll has read. To be kept with [`Engine::advance`] when the rest is confirmed: a run that is executed
    /// again before that must read the same again.
    pub advance: Option<Advance>,
}

impl Engine {
    /// Executes a run. Idempotent by run id and link fence: executed again, it finds its links as it left them, writes
    /// nothing twice, and makes the same retries.
    ///
    /// # Errors
    /// When the database is away for longer than a moment: handle the message again.
    pub async fn execute(&self, request: &RunRequest, place: &Place) -> Result<Executed, StoreError> {
        let started_at = self.clock.now();
        match self.prepared(request, place, started_at).await {
            Ok(executed) => Ok(executed),
            Err(Halt::Away(error)) => Err(error),
            Err(Halt::Stop(stop)) => Ok(self.never_ran(request, started_at, stop)),
        }
    }

    /// Keeps how far the poll of `request` has read.
    ///
    /// # Errors
    /// When the database is away: handle the message again.
    pub async fn advance(&self, request: &RunRequest, advance: &Advance) -> Result<(), StoreError> {
        let mut tx = self.store.tenant(request.tenant).await?;
        let (integration, action) = (request.integration, request.action.as_str());
        watermarks::advance(&mut tx, request.tenant, integration, action, request.run, advance).await?;
        Ok(tx.commit().await?)
    }

    async fn prepared(
        &self,
        request: &RunRequest,
        place: &Place,
        started_at: Timestamp,
    ) -> Result<Executed, Halt> {
        let began = Instant::now();
        let setting = Setting::of(self, request, started_at).instrument(tracing::info_span!("plan")).await?;
        let mut run = Run {
            engine: self,
            setting,
            place,
            queue: VecDeque::new(),
            position: Position::default(),
            ledger: Ledger::default(),
            story: Story::default(),
            cancelled: false,
        };
        run.story.time("plan", began, started_at);
        let stop = match run.drive().await {
            Ok(()) => None,
            Err(Halt::Stop(stop)) => Some(stop),
            Err(away) => return Err(away),
        };
        run.settle(stop).await
    }

    /// A run that stopped before anything of it was known but its request.
    fn never_ran(&self, request: &RunRequest, started_at: Timestamp, stop: Stop) -> Executed {
        let now = self.clock.now();
        let (next, retries) = same_again(self, request, Some(&stop), now);
        Executed {
            capture: unprepared(request, started_at, now, stop, next.map(|next| next.at)),
            retries,
            advance: None,
        }
    }
}

/// A run at work.
pub(crate) struct Run<'e> {
    engine: &'e Engine,
    setting: Setting<'e>,
    place: &'e Place,
    /// Records that passed the filter and wait for their turn.
    queue: VecDeque<Item>,
    position: Position,
    ledger: Ledger,
    story: Story,
    cancelled: bool,
}

impl Run<'_> {
    /// Reads page by page, and works on each page before the next one is read.
    async fn drive(&mut self) -> Result<(), Halt> {
        self.find_position().await?;
        let mut reader = Reader::open(&self.setting, &self.position)?;
        self.story.asked(&self.setting, reader.asked(), &self.position);
        loop {
            let began = Instant::now();
            let next = reader.next(&self.setting, &self.position).instrument(tracing::info_span!("extract"));
            let page = next.await;
            self.story.read(&self.setting, began, self.engine.clock.now());
            let Some(page) = page? else { break };
            page.unreadable.into_iter().for_each(|error| self.unreadable(error));
            self.screen(page.records).await?;
            self.load().instrument(tracing::info_span!("load")).await?;
        }
        if reader.asked().is_some_and(|asked| !asked.is_complete()) {
            self.position = Position::default();
            self.story.note("More records wait in the source than one run reads, and it gives no order: the watermark stays.");
        }
        Ok(())
    }

    async fn find_position(&mut self) -> Result<(), Halt> {
        if !self.setting.has_watermark() {
            return Ok(());
        }
        let request = self.setting.request;
        let mut tx = self.engine.store.tenant(request.tenant).await?;
        let found = watermarks::read(&mut tx, request.tenant, request.integration, &request.action).await?;
        let overlap = match &self.setting.action().trigger {
            throughline_flow::Trigger::Poll(poll) => poll.overlap().as_delta(),
            _ => chrono::TimeDelta::zero(),
        };
        self.position = Position::from(found.as_deref(), overlap);
        Ok(())
    }

    /// Filters a page. What lies before the window was not asked for; what lies in its overlap and was seen is dropped.
    async fn screen(&mut self, page: Vec<Record>) -> Result<(), Halt> {
        let began = Instant::now();
        let now = self.engine.clock.now();
        let seen = self.seen(&page).await?;
        for record in page {
            let changed = self.setting.changed(&record);
            self.position.observe(changed.as_deref(), now);
            let overlap = match self.position.place(changed.as_deref()) {
                At::Before => continue,
                At::Overlap if seen.contains(&record.key) => continue,
                place => place == At::Overlap,
            };
            if let Some(what) = unusable_key(&record.key) {
                self.keyless(&record, what);
                continue;
            }
            let record = Record {
                url: record.url.and_then(storable),
                version: record.version.and_then(storable),
                ..record
            };
            let verdict = self.setting.plan.filter(&record, now);
            if verdict.passed {
                self.story.extracted(&self.setting, &record);
                self.queue.push_back(Item { record, overlap });
            } else if !overlap {
                self.story.filtered(&self.setting, &record, &verdict);
            }
        }
        self.story.screened(began, now);
        Ok(())
    }

    async fn seen(&self, page: &[Record]) -> Result<Vec<String>, Halt> {
        let in_overlap =
            |record: &&Record| self.position.place(self.setting.changed(record).as_deref()) == At::Overlap;
        let versions = page.iter().filter(in_overlap);
        let records: Vec<(&str, &str)> =
            versions.filter_map(|record| Some((record.key.as_str(), record.version.as_deref()?))).collect();
        if records.is_empty() {
            return Ok(Vec::new());
        }
        let request = self.setting.request;
        let mut tx = self.engine.store.tenant(request.tenant).await?;
        Ok(links::seen(&mut tx, self.setting.scope(), &request.action, &records).await?)
    }

    /// A record without a usable key cannot be correlated, nor kept to be tried again.
    fn keyless(&mut self, record: &Record, what: &str) {
        let error = self.setting.record_failed("(no key)", ErrorCode::RecordKeyMissing, Side::Source, what);
        self.failed_alone(record.clone(), error);
    }

    /// What the source gave could not be made a record.
    fn unreadable(&mut self, error: RunError) {
        let key = "(unreadable)".to_owned();
        self.failed_alone(Record { key, version: None, url: None, fields: Value::Null }, error);
    }

    /// A failure that is told, and not kept to be tried again: it has no key to be kept under.
    fn failed_alone(&mut self, record: Record, error: RunError) {
        let again = Again::on_request(&record);
        let done = Done::of(&Item { record, overlap: false }).failed(Failed { error, again });
        self.story.done(&self.setting, Done { again: None, ..done });
    }

    /// Works on everything in the queue.
    async fn load(&mut self) -> Result<(), Halt> {
        while !self.queue.is_empty() {
            self.check().await?;
            let size = self.queue.len().min(wave::WAVE);
            let items = self.queue.drain(..size).collect();
            self.wave(items).await?;
        }
        if self.cancelled { Err(Stop::Cancelled.into()) } else { Ok(()) }
    }

    /// Between waves: may the run go on? Nobody cancels a run that was queued just now.
    async fn check(&mut self) -> Result<(), Halt> {
        let is_old = (self.engine.clock.now() - self.setting.request.queued_at).num_seconds() >= 1;
        if is_old && self.engine.cancels.asked(self.setting.request.run).await {
            self.cancelled = true;
        }
        if self.cancelled {
            return Err(Stop::Cancelled.into());
        }
        if self.setting.is_late() { Err(Stop::timed_out().into()) } else { Ok(()) }
    }

    /// Every record has an outcome: writes them down, plans what is tried again, and closes the capture.
    async fn settle(mut self, stop: Option<Stop>) -> Result<Executed, Halt> {
        let began = Instant::now();
        self.leave_rest(stop.as_ref());
        let now = self.engine.clock.now();
        let (next, retries) = self.plan_retries(stop.as_ref(), now);
        let polled = stop.is_none() && self.setting.has_watermark();
        let advance = if polled { self.position.advance() } else { None };
        self.ledger.close(self.engine, &self.setting, next).await?;
        self.story.time("settle", began, now);
        if self.position.met_the_future() {
            self.story.note("A record says that it was changed in the future. The watermark does not follow it, so every poll reads it again. Correct its date in the source.");
        }
        let advanced = advance.as_ref().map(|advance| advance.to.clone());
        let finished_at = self.engine.clock.now();
        let capture = self.story.finish(&self.setting, stop, advanced, finished_at, next.map(|next| next.at));
        Ok(Executed { capture, retries, advance })
    }

    /// Records that the run did not come to. A poll reads them again; others would be lost, so they are kept.
    fn leave_rest(&mut self, stop: Option<&Stop>) {
        let Some(stop) = stop else { return };
        if matches!(self.setting.request.input, Input::Poll) {
            return;
        }
        for item in std::mem::take(&mut self.queue) {
            let mut done = match stop {
                Stop::Cancelled => Done::of(&item).cancelled(),
                Stop::Failed { error, .. } => {
                    let error = error.clone();
                    Done::of(&item).failed(Failed { error, again: Again::later(&item.record, None) })
                }
            };
            self.ledger.note(&mut done, false);
            self.story.done(&self.setting, done);
        }
    }

    fn plan_retries(&self, stop: Option<&Stop>, now: Timestamp) -> (Option<NextAttempt>, Vec<Trigger>) {
        let inputs = retry::inputs(self.ledger.transient());
        if inputs.is_empty() {
            let unread = if self.story.has_read() { None } else { stop };
            return same_again(self.engine, self.setting.request, unread, now);
        }
        let request = self.setting.request;
        match retry::next_attempt(&self.engine.retry, request, self.ledger.floor(), now) {
            Some(next) => (Some(next), retry::triggers(request, inputs, next, now)),
            None => (None, Vec::new()),
        }
    }
}

/// Longer keys do not fit an index of the database.
const LONGEST_KEY: usize = 1000;

/// Why a key cannot be worked with.
fn unusable_key(key: &str) -> Option<&'static str> {
    if key.is_empty() {
        Some("the source gave it without a key, so it cannot be told from others.")
    } else if key.len() > LONGEST_KEY {
        Some("its key is longer than 1000 bytes, so it cannot be kept. Choose a shorter field as the key.")
    } else if key.contains('\0') {
        Some("its key holds a NUL character, so it cannot be kept.")
    } else {
        None
    }
}

/// A short text that the database can hold.
pub(crate) fn storable(text: String) -> Option<String> {
    (text.len() <= LONGEST_KEY * 2 && !text.contains('\0')).then_some(text)
}

/// A run that failed for a transient reason before its records were known is tried again with the same input. A poll is
/// not: the next one reads the same.
fn same_again(
    engine: &Engine,
    request: &RunRequest,
    stop: Option<&Stop>,
    now: Timestamp,
) -> (Option<NextAttempt>, Vec<Trigger>) {
    let Some(Stop::Failed { transient: true, retry_after, .. }) = stop else { return (None, Vec::new()) };
    if matches!(request.input, Input::Poll) {
        return (None, Vec::new());
    }
    match retry::next_attempt(&engine.retry, request, *retry_after, now) {
        Some(next) => (Some(next), retry::triggers(request, vec![request.input.clone()], next, now)),
        None => (None, Vec::new()),
    }
}
