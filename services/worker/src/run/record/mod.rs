//! The way of one record: decide, map, write.

mod look;
mod refuse;
mod write;

use sha2::{Digest, Sha256};
use throughline_contract::Input;
use throughline_domain::{ErrorCode, Operation, Outcome, RunId, Timestamp, TriggerKind};
use throughline_flow::{Mapped, Record};
use throughline_store::links::{KeptFailure, Link, LinkEnd, LinkState, Settled};
use tokio::time::Instant;

use crate::run::decide::{Known, Linked, Skip, Step, Wanted, decide, decide_by_failure};
use crate::run::item::{Done, Failed, Item};
use crate::run::lease::Lease;
use crate::run::setting::Setting;

/// The work on the records of one key, in order.
pub(crate) struct Work<'a> {
    pub(crate) setting: &'a Setting<'a>,
    pub(crate) lease: &'a Lease,
    pub(crate) now: Timestamp,
}

/// What came of the records of one key.
pub(crate) struct Worked {
    pub(crate) done: Vec<Done>,
    pub(crate) settled: Option<Settled>,
    /// Whether a failure of the record is kept from before.
    pub(crate) failed_before: bool,
}

/// What is known of the records of one key before they are worked on.
pub(crate) struct Found {
    /// Their link, if it is ours; or there is none.
    pub(crate) link: Option<Link>,
    /// What is kept of an earlier failure.
    pub(crate) failed: Option<KeptFailure>,
}

impl Work<'_> {
    /// Works on the records of one key.
    pub(crate) async fn on(&self, items: Vec<Item>, found: Found) -> Worked {
        let Found { link, failed } = found;
        let failed_before = failed.is_some();
        let mut way = Way {
            setting: self.setting,
            work: self,
            known: Known::Nothing,
            failed,
            doubt: false,
            earlier: None,
            done_before: false,
        };
        if let Some(link) = &link {
            way.begin(link);
        }
        let mut done = Vec::with_capacity(items.len());
        for item in items {
            done.push(way.go(&item).await);
        }
        let settled =
            link.map(|link| Settled { source_key: link.source_key, fence: link.fence, end: way.end() });
        Worked { done, settled, failed_before }
    }
}

/// The link of one key while its records are worked on.
struct Way<'a> {
    setting: &'a Setting<'a>,
    work: &'a Work<'a>,
    known: Known,
    /// What is kept of an earlier failure.
    failed: Option<KeptFailure>,
    /// Whether only a person can find out what happened.
    doubt: bool,
    /// What an earlier delivery of this same run did.
    earlier: Option<Outcome>,
    /// Whether this same run had the record in its hands before.
    done_before: bool,
}

impl Way<'_> {
    fn begin(&mut self, link: &Link) {
        self.earlier = earlier(link, self.setting.request.run, self.setting.request.queued_at);
        self.done_before = !link.fresh && link.last_run == Some(self.setting.request.run);
        self.doubt = link.state == LinkState::InDoubt;
        self.known = match (link.state, &link.target_key) {
            _ if link.fresh => Known::Fresh,
            (LinkState::Absent, _) => match &link.source_version {
                Some(version) => Known::Absent { version: version.clone() },
                None => Known::Fresh,
            },
            (LinkState::Confirmed, Some(target_key)) => Known::Linked(Linked {
                target_key: target_key.clone(),
                target_url: link.target_url.clone(),
                version: link.source_version.clone(),
                content_hash: link.content_hash.clone(),
            }),
            _ => Known::Maybe { intent: link.content_hash.clone(), version: link.source_version.clone() },
        };
    }

    fn end(&self) -> LinkEnd {
        match &self.known {
            Known::Nothing | Known::Fresh => LinkEnd::Forgotten,
            Known::Absent { version } => LinkEnd::Absent { version: version.clone() },
            Known::Maybe { .. } if self.doubt => LinkEnd::InDoubt,
            Known::Maybe { .. } => LinkEnd::Released,
            Known::Linked(linked) => LinkEnd::Confirmed {
                target_key: linked.target_key.clone(),
                target_url: linked.target_url.clone(),
                version: linked.version.clone(),
                content_hash: linked.content_hash.clone(),
            },
        }
    }

    async fn go(&mut self, item: &Item) -> Done {
        let mut done = self.step(Done::of(item), item).await;
        if let Known::Linked(linked) = &self.known {
            done.target_key = Some(linked.target_key.clone());
            done.target_url.clone_from(&linked.target_url);
        }
        done
    }

    async fn step(&mut self, done: Done, item: &Item) -> Done {
        if self.work.lease.is_cancelled() {
            return done.cancelled();
        }
        if self.setting.is_late() {
            let what = "the run used up its time before it was sent.";
            return done.failed(self.unsent(&item.record, ErrorCode::RunTimedOut, what));
        }
        let version = item.record.version.as_deref();
        if let Some(skip) = decide_by_failure(self.failed.as_ref(), version, self.retry(), self.done_before) {
            return done.quiet(Outcome::Skipped, skip.reason()).leaving_failure();
        }
        match decide(&self.known, self.wanted(item)) {
            Step::Create => self.create(done, &item.record, None).await,
            Step::Look => self.look(done, item).await,
            Step::Update => self.update(done, &item.record).await,
            Step::Skip(skip) => self.skip(done, item, skip),
            Step::NoCounterpart => done.failed(self.no_counterpart(&item.record)),
            Step::Doubt => self.in_doubt(done, &item.record, "an earlier attempt was cut off"),
        }
    }

    /// A record that needs no counterpart is remembered with its version: an older one needs none either.
    fn skip(&mut self, done: Done, item: &Item, skip: Skip) -> Done {
        if skip == Skip::NotWanted
            && let Some(version) = item.record.version.clone()
        {
            self.known = Known::Absent { version };
        }
        done.quiet(Outcome::Skipped, skip.reason())
    }

    /// The run whose failed records this run tries again, and this run.
    fn retry(&self) -> Option<(RunId, RunId)> {
        let request = self.setting.request;
        let is_retry = request.trigger == TriggerKind::Retry && matches!(request.input, Input::Records(_));
        request.caused_by.filter(|_| is_retry).map(|cause| (cause, request.run))
    }

    fn wanted<'i>(&self, item: &'i Item) -> Wanted<'i> {
        Wanted {
            mode: self.setting.action().write,
            create: self.setting.plan.wants_create(&item.record, self.work.now),
            version: item.record.version.as_deref(),
            searchable: self.setting.search.is_some(),
        }
    }

    fn map(&self, done: &mut Done, record: &Record, operation: Operation) -> Result<Mapped, Failed> {
        let began = Instant::now();
        let mapped = self.setting.plan.map(record, &self.setting.facts, operation, self.work.now);
        done.mapping_took += began.elapsed();
        mapped.map_err(|error| self.not_mapped(record, &error))
    }

    /// Hash of what an update would write now; `None` when that cannot be said.
    fn update_hash(&self, record: &Record, created: &Mapped) -> Option<String> {
        if !self.setting.writes_differ {
            return Some(hash(created));
        }
        let update = self.setting.plan.map(record, &self.setting.facts, Operation::Update, self.work.now);
        update.ok().map(|mapped| hash(&mapped))
    }
}

/// Hash of the fields that are written.
fn hash(mapped: &Mapped) -> String {
    let bytes = serde_json::to_vec(&mapped.fields).unwrap_or_default();
    hex::encode(&Sha256::digest(bytes)[..16])
}

/// A run that is delivered again finds what it did itself: a link that was made since it was queued, and that nobody else
/// has worked on.
fn earlier(link: &Link, run: RunId, queued_at: Timestamp) -> Option<Outcome> {
    (!link.fresh && link.last_run == Some(run) && link.created_at >= queued_at).then_some(Outcome::Created)
}

/// Adds the time that the target takes.
async fn timed<T>(done: &mut Done, call: impl Future<Output = T>) -> T {
    let began = Instant::now();
    let answer = call.await;
    done.target_took += began.elapsed();
    answer
}
