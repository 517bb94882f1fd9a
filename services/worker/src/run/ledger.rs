//! What a run must write down: links, and records that failed. One transaction for most runs.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::json;
use throughline_domain::{ErrorCode, Outcome};
use throughline_flow::Record;
use throughline_store::failed_records::FailedRecord;
use throughline_store::links::{LinkEnd, Settled};
use throughline_store::{StoreError, failed_records, links};
use throughline_vault::Row;
use tokio::time::{Instant, sleep};

use crate::engine::Engine;
use crate::run::item::Done;
use crate::run::record::Worked;
use crate::run::retry::{self, NextAttempt};
use crate::run::setting::Setting;
use crate::run::stop::Halt;

/// How long what is already in the target waits for the database, before the run is left to be handled again.
const PATIENCE: Duration = Duration::from_secs(30);

/// What is not written down yet.
#[derive(Default)]
pub(crate) struct Ledger {
    settled: Vec<Settled>,
    cleared: Vec<String>,
    failed: BTreeMap<String, Kept>,
}

/// A record that did not arrive.
struct Kept {
    record: Record,
    code: ErrorCode,
    message: String,
    transient: bool,
    after: Option<Duration>,
}

impl Ledger {
    /// The links of worked records, and what they say about records that failed before.
    pub(crate) fn enter(&mut self, worked: &mut Worked) {
        self.settled.extend(worked.settled.take());
        for done in &mut worked.done {
            self.note(done, worked.failed_before);
        }
    }

    /// One record that did or did not arrive.
    pub(crate) fn note(&mut self, done: &mut Done, failed_before: bool) {
        let key = &done.source_key;
        if let (Some(again), Some(error)) = (done.again.take(), &done.error) {
            let (code, message) = (error.code, error.message.clone());
            let kept = Kept {
                transient: again.transient && retry::fits(&again.record),
                record: again.record,
                code,
                message,
                after: again.after,
            };
            self.cleared.retain(|cleared| cleared != key);
            self.failed.insert(key.clone(), kept);
        } else if done.outcome != Outcome::Filtered && !done.leaves_failure {
            self.failed.remove(key);
            if failed_before {
                self.cleared.push(key.clone());
            }
        }
    }

    /// The records that are tried again by themselves.
    pub(crate) fn transient(&self) -> impl Iterator<Item = &Record> {
        self.failed.values().filter(|kept| kept.transient).map(|kept| &kept.record)
    }

    /// The longest wait that a system asked for.
    pub(crate) fn floor(&self) -> Option<Duration> {
        self.failed.values().filter_map(|kept| kept.after).max()
    }

    /// Writes the links down, and gives them back.
    pub(crate) async fn flush(&mut self, engine: &Engine, setting: &Setting<'_>) -> Result<(), Halt> {
        if self.settled.is_empty() && self.cleared.is_empty() {
            return Ok(());
        }
        self.write(engine, setting, &[]).await
    }

    /// Writes everything down, at the end of the run.
    pub(crate) async fn close(
        &mut self,
        engine: &Engine,
        setting: &Setting<'_>,
        next: Option<NextAttempt>,
    ) -> Result<(), Halt> {
        let failed: Vec<FailedRecord> = self.failed.values().map(|kept| kept.sealed(setting, next)).collect();
        if self.settled.is_empty() && self.cleared.is_empty() && failed.is_empty() {
            return Ok(());
        }
        self.write(engine, setting, &failed).await
    }

    /// The records may be in the target already, so this does not give up at once.
    async fn write(
        &mut self,
        engine: &Engine,
        setting: &Setting<'_>,
        failed: &[FailedRecord],
    ) -> Result<(), Halt> {
        let until = Instant::now() + PATIENCE;
        let mut pause = Duration::from_millis(20);
        loop {
            match self.try_write(engine, setting, failed).await {
                Err(error) if error.is_transient() && Instant::now() + pause < until => {
                    tracing::warn!(
                        error = &error as &dyn std::error::Error,
                        "outcomes wait for the database"
                    );
                    sleep(pause).await;
                    pause = (pause * 2).min(Duration::from_secs(2));
                }
                Err(error) => return Err(error.into()),
                Ok(()) => break,
            }
        }
        self.settled.clear();
        self.cleared.clear();
        Ok(())
    }

    async fn try_write(
        &self,
        engine: &Engine,
        setting: &Setting<'_>,
        failed: &[FailedRecord],
    ) -> Result<(), StoreError> {
        let request = setting.request;
        let (tenant, integration, action) = (request.tenant, request.integration, request.action.as_str());
        let mut tx = engine.store.tenant(tenant).await?;
        if !self.settled.is_empty() {
            let kept = links::settle(&mut tx, setting.scope(), &self.settled).await?;
            warn_of_lost(self.settled.len() - kept.len());
            if self.settled.iter().any(|settled| matches!(settled.end, LinkEnd::Absent { .. })) {
                links::forget_absent(&mut tx, setting.scope()).await?;
            }
        }
        if !self.cleared.is_empty() {
            let keys: Vec<&str> = self.cleared.iter().map(String::as_str).collect();
            failed_records::clear(&mut tx, tenant, integration, action, &keys).await?;
        }
        if !failed.is_empty() {
            failed_records::keep(&mut tx, tenant, integration, action, request.run, request.attempt, failed)
                .await?;
        }
        Ok(tx.commit().await?)
    }
}

impl Kept {
    fn sealed(&self, setting: &Setting<'_>, next: Option<NextAttempt>) -> FailedRecord {
        let Record { key, version, url, fields } = &self.record;
        let (integration, action) = (setting.request.integration, setting.request.action.as_str());
        let row = Row::FailedRecord { integration, action, source_key: key };
        let input = json!({ "key": key, "version": version, "url": url, "fields": fields });
        FailedRecord {
            source_key: key.clone(),
            source_version: version.clone(),
            code: self.code,
            message: self.message.clone(),
            transient: self.transient,
            sealed_input: setting.key.seal_secret(row, input.to_string().as_bytes()),
            next_attempt_at: next.filter(|_| self.transient).map(|next| next.at),
        }
    }
}

fn warn_of_lost(lost: usize) {
    if lost > 0 {
        tracing::warn!(links.lost = lost, "claims had run out and were taken over by another run");
    }
}
