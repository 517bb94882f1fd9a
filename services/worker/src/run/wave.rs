//! A wave: a few records that are claimed, worked on at the same time, and written down together.
//!
//! Waves are small, so that a lost worker leaves few records to be looked for in the target, and memory stays bounded.

use std::collections::HashMap;
use std::time::Duration;

use futures_util::StreamExt;
use throughline_domain::{ErrorCode, Side};
use throughline_flow::document::WriteMode;
use throughline_store::StoreError;
use throughline_store::links::{self, Claim, Intent, LinkState, Make, Wish};
use tokio::time::{Instant, sleep};

use crate::run::Run;
use crate::run::item::{Again, Done, Failed, Item};
use crate::run::lease::Lease;
use crate::run::record::{Found, Work, Worked};
use crate::run::setting::Setting;
use crate::run::stop::Halt;

/// Records in one wave.
pub(crate) const WAVE: usize = 16;
/// Records that are sent to the target at the same time.
const AT_ONCE: usize = 8;
/// How long a run waits for a record that another one holds.
const BUSY: Duration = Duration::from_secs(90);
/// How often a claim that met a deadlock or a broken connection is tried again at once.
const CLAIM_TRIES: u32 = 3;

/// The records of one key, in order, and their link if it is ours.
struct Group {
    key: String,
    items: Vec<Item>,
}

impl Run<'_> {
    /// Works on these records, and waits for those that others hold.
    pub(crate) async fn wave(&mut self, items: Vec<Item>) -> Result<(), Halt> {
        self.ledger.flush(self.engine, &self.setting).await?;
        let mut groups = grouped(items);
        let patience = (Instant::now() + BUSY).min(self.setting.deadline);
        let mut pause = Duration::from_millis(25);
        loop {
            groups = self.work(groups).await?;
            if groups.is_empty() {
                return Ok(());
            }
            if Instant::now() + pause > patience || self.cancelled {
                self.give_up(groups);
                return Ok(());
            }
            self.ledger.flush(self.engine, &self.setting).await?;
            self.place.aside(sleep(pause)).await;
            self.cancelled |= self.engine.cancels.asked(self.setting.request.run).await;
            pause = (pause * 2).min(Duration::from_secs(1));
        }
    }

    /// Works on what can be claimed; what is busy comes back.
    async fn work(&mut self, groups: Vec<Group>) -> Result<Vec<Group>, Halt> {
        let began = Instant::now();
        let now = self.engine.clock.now();
        let wishes: Vec<Wish> = groups.iter().map(|group| group.wish(&self.setting, now)).collect();
        let mut claims = self.claims(&wishes).await?;
        self.intend(&wishes, &mut claims).await?;
        self.story.time("correlate", began, self.engine.clock.now());
        let mut busy = Vec::new();
        let mut ready = Vec::with_capacity(groups.len());
        for group in groups {
            match claims.remove(&group.key) {
                Some(Claim::Held(link)) => {
                    let failed = link.failed.clone();
                    ready.push((group.items, Found { link: Some(link), failed }));
                }
                Some(Claim::Absent { failed, .. }) => ready.push((group.items, Found { link: None, failed })),
                Some(Claim::Busy(_)) | None => busy.push(group),
            }
        }
        let began = Instant::now();
        for mut worked in self.together(ready).await {
            self.ledger.enter(&mut worked);
            for done in worked.done {
                self.story.done(&self.setting, done);
            }
        }
        self.story.time("write", began, self.engine.clock.now());
        Ok(busy)
    }

    async fn together(&mut self, ready: Vec<(Vec<Item>, Found)>) -> Vec<Worked> {
        let held = ready
            .iter()
            .filter_map(|(_, found)| found.link.as_ref().map(|link| (link.source_key.clone(), link.fence)));
        let lease = Lease::new(held.collect(), self.setting.lease());
        let work = Work { setting: &self.setting, lease: &lease, now: self.engine.clock.now() };
        let all = futures_util::stream::iter(ready.into_iter().map(|(items, found)| work.on(items, found)))
            .buffer_unordered(AT_ONCE)
            .collect::<Vec<_>>();
        let worked = lease.during(self.engine, &self.setting, all).await;
        self.cancelled |= lease.is_cancelled();
        worked
    }

    async fn claims(&self, wishes: &[Wish]) -> Result<HashMap<String, Claim>, Halt> {
        let mut tries = 1;
        let claims = loop {
            match self.claim(wishes).await {
                Err(error) if error.is_transient() && tries < CLAIM_TRIES => tries += 1,
                other => break other?,
            }
        };
        Ok(claims.into_iter().map(|claim| (claim.source_key().to_owned(), claim)).collect())
    }

    /// What had no counterpart so far and may get one: that is written down before it is sent, as for a new record.
    async fn intend(&self, wishes: &[Wish], claims: &mut HashMap<String, Claim>) -> Result<(), Halt> {
        let intents: Vec<Intent> = wishes
            .iter()
            .filter(|wish| wish.make == Make::Intended)
            .filter_map(|wish| match claims.get(&wish.source_key) {
                Some(Claim::Held(link)) if link.state == LinkState::Absent => Some(Intent {
                    source_key: wish.source_key.clone(),
                    fence: link.fence,
                    version: wish.version.clone(),
                    intent: wish.intent.clone(),
                }),
                _ => None,
            })
            .collect();
        if intents.is_empty() {
            return Ok(());
        }
        let mut tx = self.engine.store.tenant(self.setting.request.tenant).await?;
        let ours = links::intend(&mut tx, self.setting.scope(), &intents).await?;
        tx.commit().await.map_err(StoreError::from)?;
        for lost in intents.into_iter().map(|intent| intent.source_key).filter(|key| !ours.contains(key)) {
            claims.insert(lost.clone(), Claim::Busy(lost));
        }
        Ok(())
    }

    async fn claim(&self, wishes: &[Wish]) -> Result<Vec<Claim>, StoreError> {
        let request = self.setting.request;
        let mut tx = self.engine.store.tenant(request.tenant).await?;
        let (scope, lease) = (self.setting.scope(), self.setting.lease());
        let claims = links::claim(&mut tx, scope, &request.action, request.run, lease, wishes).await?;
        tx.commit().await?;
        Ok(claims)
    }

    fn give_up(&mut self, groups: Vec<Group>) {
        for item in groups.into_iter().flat_map(|group| group.items) {
            let what = "another run has been working on it for too long.";
            let error =
                self.setting.record_failed(&item.record.key, ErrorCode::RecordBusy, Side::Throughline, what);
            let mut done = Done::of(&item).failed(Failed { error, again: Again::later(&item.record, None) });
            self.ledger.note(&mut done, false);
            self.story.done(&self.setting, done);
        }
    }
}

impl Group {
    /// The link that the records need: intended for the first one that wants a counterpart; absent where none does but
    /// the versions tell which record is the newer one.
    fn wish(&self, setting: &Setting<'_>, now: throughline_domain::Timestamp) -> Wish {
        let source_key = self.key.clone();
        let nothing =
            |source_key| Wish { source_key, make: Make::Nothing, version: None, intent: String::new() };
        if setting.action().write == WriteMode::Update {
            return nothing(source_key);
        }
        if let Some(item) = self.items.iter().find(|item| setting.plan.wants_create(&item.record, now)) {
            let intent = item.intent(setting.request.revision.0);
            return Wish { source_key, make: Make::Intended, version: item.record.version.clone(), intent };
        }
        match self.items.last().and_then(|item| item.record.version.clone()) {
            Some(version) => {
                Wish { source_key, make: Make::Absent, version: Some(version), intent: String::new() }
            }
            None => nothing(source_key),
        }
    }
}

/// One group per key, in the order of their first records.
fn grouped(items: Vec<Item>) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::with_capacity(items.len());
    for item in items {
        match groups.iter_mut().find(|group| group.key == item.record.key) {
            Some(group) => group.items.push(item),
            None => groups.push(Group { key: item.record.key.clone(), items: vec![item] }),
        }
    }
    groups
}
