//! Where a run's records come from: the source, a webhook, or an earlier run. Read page by page, never all at once.

use std::future::Future;

use throughline_connectors::{Cursor, Failure, NativeQuery};
use throughline_contract::{Event, Input, SourceRecord};
use throughline_domain::{ErrorCode, RunError};
use throughline_flow::{Record, uql};

use crate::run::position::{Place, Position};
use crate::run::setting::Setting;
use crate::run::stop::{Halt, Stop};

/// Pages that one run reads at most, whatever the source says about a next one.
const PAGES: u32 = 10_000;
/// A run reads at most this many times its limit of records when most of them lie in the overlap window.
const OVERLAP_FACTOR: u32 = 10;

/// The records of a run, page by page.
pub(crate) enum Reader {
    /// Known already.
    Given(Option<Read>),
    /// Asked of the source.
    Asked(Box<Asked>),
}

/// What one page holds.
#[derive(Default)]
pub(crate) struct Read {
    /// Its records.
    pub(crate) records: Vec<Record>,
    /// Why others could not be made.
    pub(crate) unreadable: Vec<RunError>,
}

/// A query that is being read.
pub(crate) struct Asked {
    /// The query in terms of the unified schema.
    pub(crate) query: uql::Query,
    /// The query in the source's own terms.
    pub(crate) native: NativeQuery,
    next: Option<Option<Cursor>>,
    pages: u32,
    read: u32,
    counted: u32,
    /// Whether reading stopped at the limit although the source has more.
    cut: bool,
}

impl Reader {
    /// Prepares to read what the request names. Calls nothing.
    pub(crate) fn open(setting: &Setting<'_>, position: &Position) -> Result<Self, Halt> {
        match &setting.request.input {
            Input::Records(records) => {
                let records = records.iter().map(record).collect();
                Ok(Self::Given(Some(Read { records, unreadable: Vec::new() })))
            }
            Input::Event(event) => received(setting, event).map(|read| Self::Given(Some(read))),
            Input::Poll => Asked::open(setting, position).map(|asked| Self::Asked(Box::new(asked))),
        }
    }

    /// The next page; `None` after the last.
    pub(crate) async fn next(
        &mut self,
        setting: &Setting<'_>,
        position: &Position,
    ) -> Result<Option<Read>, Halt> {
        match self {
            Self::Given(read) => Ok(read.take()),
            Self::Asked(asked) => asked.next(setting, position).await,
        }
    }

    /// What was asked, if the source was.
    pub(crate) fn asked(&self) -> Option<&Asked> {
        match self {
            Self::Asked(asked) => Some(asked),
            Self::Given(_) => None,
        }
    }
}

impl Asked {
    fn open(setting: &Setting<'_>, position: &Position) -> Result<Self, Halt> {
        let query = setting.plan.query(position.before());
        let entity = &setting.integration().source.entity;
        let native = setting.source().compile(entity, &query).map_err(|failure| unread(setting, &failure))?;
        Ok(Self { query, native, next: Some(None), pages: 0, read: 0, counted: 0, cut: false })
    }

    async fn next(&mut self, setting: &Setting<'_>, position: &Position) -> Result<Option<Read>, Halt> {
        let Some(cursor) = self.next.take() else { return Ok(None) };
        let fetch = setting.source().fetch(&self.native, cursor, &setting.reading);
        let page = in_time(setting, fetch).await.map_err(|failure| unread(setting, &failure))?;
        self.pages += 1;
        let unreadable = page.unreadable.iter().map(|failure| setting.reading_failed(failure)).collect();
        let records = self.within_limit(page.records, setting, position);
        match page.next {
            Some(_) if self.cut || self.pages >= PAGES => self.cut = true,
            next => self.next = next.map(Some),
        }
        Ok(Some(Read { records, unreadable }))
    }

    /// Records of the overlap window do not count: otherwise a window with more of them than the limit would be read
    /// again and again, and nothing behind it.
    fn within_limit(
        &mut self,
        mut records: Vec<Record>,
        setting: &Setting<'_>,
        position: &Position,
    ) -> Vec<Record> {
        let limit = setting.action().limits.max_records;
        let mut kept = 0;
        for record in &records {
            if self.counted >= limit || self.read >= limit.saturating_mul(OVERLAP_FACTOR) {
                self.cut = true;
                break;
            }
            self.read += 1;
            self.counted += u32::from(position.place(setting.changed(record).as_deref()) == Place::New);
            kept += 1;
        }
        records.truncate(kept);
        self.cut |= self.counted >= limit;
        records
    }

    /// Whether everything up to the largest changed-at seen has been read. A source that gives no order may keep older
    /// records behind the limit.
    pub(crate) fn is_complete(&self) -> bool {
        !self.cut || self.native.ordered()
    }
}

fn received(setting: &Setting<'_>, event: &Event) -> Result<Read, Halt> {
    let entity = &setting.integration().source.entity;
    let received = setting.source().receive(entity, &event.headers, &event.body);
    let page = received.map_err(|failure| Stop::source(setting.receiving_failed(&failure), &failure))?;
    let unreadable = page.unreadable.iter().map(|failure| setting.receiving_failed(failure)).collect();
    Ok(Read { records: page.records, unreadable })
}

fn unread(setting: &Setting<'_>, failure: &Failure) -> Halt {
    Stop::source(setting.reading_failed(failure), failure).into()
}

fn record(given: &SourceRecord) -> Record {
    let SourceRecord { key, version, url, fields } = given.clone();
    Record { key, version, url, fields }
}

/// A call to a system, given up when the run has used up its time.
pub(crate) async fn in_time<T>(
    setting: &Setting<'_>,
    call: impl Future<Output = Result<T, Failure>>,
) -> Result<T, Failure> {
    match tokio::time::timeout_at(setting.deadline, call).await {
        Ok(answer) => answer,
        Err(_) => Err(Failure {
            transient: true,
            outcome_unknown: true,
            ..Failure::new(ErrorCode::RunTimedOut, "The run used up its time while waiting for the answer.")
        }),
    }
}
