//! Writing a batch of runs: one transaction, at most one statement per table and kind.

use std::collections::{BTreeMap, HashSet};

use throughline_domain::{RunId, TenantId};

use super::columns::{EndColumns, IdentityColumns, RecordColumns};
use super::packs::{self, PackRow};
use super::partitions;
use super::phases::PhaseState;
use super::row::{FinishedRun, RunBatch, StartedRun};
use crate::error::{Result, StoreError};
use crate::session::{Store, Tx};

/// What a batch changed. Runs that are not named here were there already.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Written {
    /// Runs that are shown now.
    pub started: HashSet<RunId>,
    /// Runs that ended now.
    pub finished: HashSet<RunId>,
}

/// Writes a batch. Idempotent by `(run, attempt)`: an ended run is changed by nothing but the end of a later attempt, and
/// the same capture a second time changes nothing. Makes missing partitions. The rows of `packs` are written if a run that
/// was changed points to them.
///
/// # Errors
/// When the database is not available; `is_refusal` when a value will never be accepted, and then nothing was written.
pub async fn write(store: &Store, batch: &RunBatch) -> Result<Written> {
    match write_once(store, batch).await {
        Err(error) if error.is_missing_partition() => {
            make_partitions(store, batch).await?;
            write_once(store, batch).await
        }
        result => result,
    }
}

async fn write_once(store: &Store, batch: &RunBatch) -> Result<Written> {
    let batch = Deduplicated::of(batch);
    if batch.tenants.is_empty() {
        return Ok(Written::default());
    }
    let mut tx = store.tenants(&batch.tenants).await?;
    let started = upsert_started(&mut tx, &batch.started).await?;
    let finished = upsert_finished(&mut tx, &batch.finished).await?;
    let ended = || batch.finished.iter().copied().filter(|run| finished.contains(&run.identity.run));
    insert_records(&mut tx, RecordColumns::of(ended())).await?;
    packs::insert(&mut tx, &used(batch.packs, ended())).await?;
    tx.commit().await?;
    Ok(Written { started, finished })
}

async fn make_partitions(store: &Store, batch: &RunBatch) -> Result<()> {
    let days: std::collections::BTreeSet<_> = batch.identities().map(|run| run.run.day()).collect();
    let mut tx = store.service().await?;
    for day in days {
        partitions::ensure(&mut tx, day, day).await?;
    }
    Ok(tx.commit().await?)
}

/// A batch with each run once: its end if it has one, of the latest attempt. Sorted, so that two sinks never wait for
/// each other's rows in a circle.
struct Deduplicated<'a> {
    tenants: Vec<TenantId>,
    started: Vec<&'a StartedRun>,
    finished: Vec<&'a FinishedRun>,
    packs: &'a [PackRow],
}

impl<'a> Deduplicated<'a> {
    fn of(batch: &'a RunBatch) -> Self {
        let mut finished: BTreeMap<RunId, &FinishedRun> = BTreeMap::new();
        for run in &batch.finished {
            let kept = finished.entry(run.identity.run).or_insert(run);
            if kept.identity.attempt < run.identity.attempt {
                *kept = run;
            }
        }
        let mut started: BTreeMap<RunId, &StartedRun> = BTreeMap::new();
        for run in batch.started.iter().filter(|run| !finished.contains_key(&run.identity.run)) {
            let kept = started.entry(run.identity.run).or_insert(run);
            if kept.identity.attempt < run.identity.attempt {
                *kept = run;
            }
        }
        let tenants: HashSet<_> = batch.identities().map(|run| run.tenant).collect();
        Self {
            tenants: tenants.into_iter().collect(),
            started: started.into_values().collect(),
            finished: finished.into_values().collect(),
            packs: &batch.packs,
        }
    }
}

/// The packs that `runs` point to.
fn used<'a>(packs: &'a [PackRow], runs: impl Iterator<Item = &'a FinishedRun>) -> Vec<&'a PackRow> {
    let pointed: HashSet<_> = runs
        .flat_map(|run| &run.phases.0)
        .filter_map(|entry| match entry.state {
            PhaseState::Captured(at) => Some(at.pack),
            PhaseState::Empty | PhaseState::NotCaptured(_) => None,
        })
        .collect();
    packs.iter().filter(|pack| pointed.contains(&pack.pack)).collect()
}

async fn upsert_started(tx: &mut Tx, runs: &[&StartedRun]) -> Result<HashSet<RunId>> {
    if runs.is_empty() {
        return Ok(HashSet::new());
    }
    let ids = IdentityColumns::of(runs.iter().map(|run| &run.identity));
    let started_at: Vec<_> = runs.iter().map(|run| run.started_at).collect();
    let deadline: Vec<_> = runs.iter().map(|run| run.deadline).collect();
    let changed = sqlx::query_scalar!(
        "insert into runs (tenant_id, run_id, retention_days, day, integration_id, action_key, revision, trigger, attempt,
                           queued_at, caused_by, started_at, deadline, status)
         select *, 'running' from unnest($1::uuid[], $2::uuid[], $3::int2[], $4::date[], $5::uuid[], $6::text[],
                           $7::int4[], $8::text[], $9::int2[], $10::timestamptz[], $11::uuid[], $12::timestamptz[],
                           $13::timestamptz[])
         on conflict (retention_days, day, run_id) do update
         set attempt = excluded.attempt, started_at = excluded.started_at, deadline = excluded.deadline
         where runs.finished_at is null and runs.attempt < excluded.attempt
         returning run_id",
        &ids.tenant,
        &ids.run,
        &ids.class,
        &ids.day,
        &ids.integration,
        &ids.action,
        &ids.revision as &[Option<i32>],
        &ids.trigger,
        &ids.attempt,
        &ids.queued_at,
        &ids.caused_by as &[Option<uuid::Uuid>],
        &started_at,
        &deadline
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(changed.into_iter().map(RunId::from_uuid).collect())
}

async fn upsert_finished(tx: &mut Tx, runs: &[&FinishedRun]) -> Result<HashSet<RunId>> {
    if runs.is_empty() {
        return Ok(HashSet::new());
    }
    let ids = IdentityColumns::of(runs.iter().map(|run| &run.identity));
    let end = EndColumns::of(runs);
    let [read, created, updated, unchanged, skipped, filtered, failed, in_doubt] = &end.counts;
    let changed = sqlx::query_scalar!(
        "insert into runs (tenant_id, run_id, retention_days, day, integration_id, action_key, revision, trigger, attempt,
                           queued_at, caused_by, started_at, finished_at, status, records_read, created, updated,
                           unchanged, skipped, filtered, failed, in_doubt, error_class, error_code, error_message,
                           error_side, evidence, next_attempt_at, preview, phases)
         select * from unnest($1::uuid[], $2::uuid[], $3::int2[], $4::date[], $5::uuid[], $6::text[], $7::int4[],
                           $8::text[], $9::int2[], $10::timestamptz[], $11::uuid[], $12::timestamptz[],
                           $13::timestamptz[], $14::text[], $15::int4[], $16::int4[], $17::int4[], $18::int4[],
                           $19::int4[], $20::int4[], $21::int4[], $22::int4[], $23::text[], $24::text[], $25::text[],
                           $26::text[], $27::jsonb[], $28::timestamptz[], $29::jsonb[], $30::bytea[])
         on conflict (retention_days, day, run_id) do update
         set attempt = excluded.attempt, revision = coalesce(excluded.revision, runs.revision),
             started_at = coalesce(excluded.started_at, runs.started_at), finished_at = excluded.finished_at,
             deadline = null, status = excluded.status, records_read = excluded.records_read,
             created = excluded.created, updated = excluded.updated, unchanged = excluded.unchanged,
             skipped = excluded.skipped, filtered = excluded.filtered, failed = excluded.failed,
             in_doubt = excluded.in_doubt, error_class = excluded.error_class, error_code = excluded.error_code,
             error_message = excluded.error_message, error_side = excluded.error_side, evidence = excluded.evidence,
             next_attempt_at = excluded.next_attempt_at, preview = excluded.preview, phases = excluded.phases
         where (runs.finished_at is null and runs.attempt <= excluded.attempt) or runs.attempt < excluded.attempt
         returning run_id",
        &ids.tenant,
        &ids.run,
        &ids.class,
        &ids.day,
        &ids.integration,
        &ids.action,
        &ids.revision as &[Option<i32>],
        &ids.trigger,
        &ids.attempt,
        &ids.queued_at,
        &ids.caused_by as &[Option<uuid::Uuid>],
        &end.started_at as &[Option<throughline_domain::Timestamp>],
        &end.finished_at,
        &end.status,
        read,
        created,
        updated,
        unchanged,
        skipped,
        filtered,
        failed,
        in_doubt,
        &end.error.class as &[Option<String>],
        &end.error.code as &[Option<String>],
        &end.error.message as &[Option<String>],
        &end.error.side as &[Option<String>],
        &end.error.evidence as &[Option<serde_json::Value>],
        &end.next_attempt_at as &[Option<throughline_domain::Timestamp>],
        &end.preview as &[Option<serde_json::Value>],
        &end.phases
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(changed.into_iter().map(RunId::from_uuid).collect())
}

async fn insert_records(tx: &mut Tx, records: RecordColumns) -> Result<()> {
    if records.run.is_empty() {
        return Ok(());
    }
    sqlx::query!(
        "insert into run_records (tenant_id, run_id, retention_days, day, seq, source_key, target_key, source_url,
                                  target_url, operation, outcome, error_class, error_code, error_message, error_side,
                                  evidence)
         select * from unnest($1::uuid[], $2::uuid[], $3::int2[], $4::date[], $5::int4[], $6::text[], $7::text[],
                              $8::text[], $9::text[], $10::text[], $11::text[], $12::text[], $13::text[], $14::text[],
                              $15::text[], $16::jsonb[])
         on conflict do nothing",
        &records.tenant,
        &records.run,
        &records.class,
        &records.day,
        &records.seq,
        &records.source_key,
        &records.target_key as &[Option<String>],
        &records.source_url as &[Option<String>],
        &records.target_url as &[Option<String>],
        &records.operation as &[Option<String>],
        &records.outcome,
        &records.error.class as &[Option<String>],
        &records.error.code as &[Option<String>],
        &records.error.message as &[Option<String>],
        &records.error.side as &[Option<String>],
        &records.error.evidence as &[Option<serde_json::Value>]
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

impl StoreError {
    /// Whether a row has no partition to go to.
    fn is_missing_partition(&self) -> bool {
        // A row without partition is reported as a check violation that names no constraint.
        self.database()
            .is_some_and(|error| error.code().as_deref() == Some("23514") && error.constraint().is_none())
    }

    /// Whether the database refuses a value, now and for ever: the same write cannot succeed later.
    pub fn is_refusal(&self) -> bool {
        matches!(self, Self::Conflict { .. })
            || self
                .database()
                .and_then(|error| error.code())
                // 22: data exception; 23: integrity; 54: a limit of the server; 42501 is raised by row-level security too.
                .is_some_and(|code| ["22", "23", "54"].iter().any(|class| code.starts_with(class)))
    }

    fn database(&self) -> Option<&dyn sqlx::error::DatabaseError> {
        match self {
            Self::Unavailable(error) | Self::Unstorable(error) | Self::Fault(error) => {
                error.as_database_error()
            }
            _ => None,
        }
    }
}
