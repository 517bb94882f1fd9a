//! Counts over a window of time, for dashboards: one pass over the rows, summed up here.

use std::collections::BTreeMap;
use std::time::Duration;

use sqlx::QueryBuilder;
use throughline_domain::{ErrorClass, IntegrationId, OutcomeCounts, RunStatus, TenantId, Timestamp};
use uuid::Uuid;

use super::filter::{RunFilter, first_of};
use super::window::Days;
use crate::column::word;
use crate::error::Result;
use crate::session::Tx;

/// Which runs are counted: those accepted from `from` until before `to`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StatsWindow {
    /// The first instant.
    pub from: Timestamp,
    /// The first instant that does not count.
    pub to: Timestamp,
    /// Length of one point of the series.
    pub step: Duration,
}

/// The counts of one tenant.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Stats {
    /// Runs by status.
    pub by_status: BTreeMap<RunStatus, u64>,
    /// Runs by the class of their error.
    pub by_error_class: BTreeMap<ErrorClass, u64>,
    /// Records by outcome.
    pub records: OutcomeTotals,
    /// Each integration that had runs.
    pub per_integration: Vec<IntegrationStats>,
    /// Points in the order of time; steps without runs are left out.
    pub series: Vec<SeriesPoint>,
}

/// Records by outcome, over many runs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct OutcomeTotals {
    /// Read from sources.
    pub read: u64,
    /// Made in targets.
    pub created: u64,
    /// Changed in targets.
    pub updated: u64,
    /// Already equal.
    pub unchanged: u64,
    /// The action did not apply.
    pub skipped: u64,
    /// Left out by filters.
    pub filtered: u64,
    /// Did not arrive.
    pub failed: u64,
    /// May have arrived.
    pub in_doubt: u64,
}

/// The runs of one integration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IntegrationStats {
    /// Which.
    pub integration: IntegrationId,
    /// All runs.
    pub runs: u64,
    /// Those that failed, wholly or partly.
    pub failed: u64,
    /// When the last good run ended, within the window.
    pub last_success_at: Option<Timestamp>,
    /// When the last run with a failure ended, within the window.
    pub last_failure_at: Option<Timestamp>,
}

/// The runs of one step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeriesPoint {
    /// When the step begins.
    pub at: Timestamp,
    /// Runs that succeeded.
    pub succeeded: u64,
    /// Runs that failed, wholly or partly.
    pub failed: u64,
    /// Runs that found nothing.
    pub nothing_to_do: u64,
}

#[derive(sqlx::FromRow)]
struct Group {
    integration_id: Uuid,
    status: String,
    error_class: Option<String>,
    at: Timestamp,
    runs: i64,
    /// read, created, updated, unchanged, skipped, filtered, failed, in_doubt.
    sums: Vec<i64>,
    last: Option<Timestamp>,
}

/// Counts the runs of `tenant` in `window`.
///
/// # Errors
/// When the database is not available, or a row cannot be read.
pub async fn stats(tx: &mut Tx, tenant: TenantId, window: StatsWindow, now: Timestamp) -> Result<Stats> {
    let mut stats = Stats::default();
    let mut points = BTreeMap::new();
    let mut integrations = BTreeMap::new();
    for group in groups(tx, tenant, window, now).await? {
        let status: RunStatus = word("status", &group.status)?;
        let runs = u64::try_from(group.runs).unwrap_or_default();
        *stats.by_status.entry(status).or_default() += runs;
        if let Some(class) = &group.error_class {
            *stats.by_error_class.entry(word("error_class", class)?).or_default() += runs;
        }
        stats.records.add(&group.sums);
        points.entry(group.at).or_insert_with(|| SeriesPoint::at(group.at)).add(status, runs);
        integrations
            .entry(group.integration_id)
            .or_insert_with(|| IntegrationStats::of(group.integration_id))
            .add(status, runs, group.last);
    }
    stats.series = points.into_values().collect();
    stats.per_integration = integrations.into_values().collect();
    Ok(stats)
}

async fn groups(tx: &mut Tx, tenant: TenantId, window: StatsWindow, now: Timestamp) -> Result<Vec<Group>> {
    let range = RunFilter { from: Some(window.from), to: Some(window.to), ..RunFilter::default() };
    let days = Days::read(tx, tenant, range.days(now.date_naive(), None), range.classes()).await?;
    let Some(partitions) = days.whole() else { return Ok(Vec::new()) };
    let step = i64::try_from(window.step.as_micros()).unwrap_or(i64::MAX).max(1);
    let mut sql = QueryBuilder::new("select r.integration_id, r.status, r.error_class, date_bin(");
    sql.push_bind(step).push(" * interval '1 microsecond', r.queued_at, ").push_bind(window.from);
    sql.push(
        ") as at, count(*) as runs,
         array[sum(r.records_read), sum(r.created), sum(r.updated), sum(r.unchanged), sum(r.skipped), sum(r.filtered),
               sum(r.failed), sum(r.in_doubt)] as sums,
         max(r.finished_at) as last
         from runs r where ",
    );
    sql.push(partitions.condition("r")).push(" and r.tenant_id = ").push_bind(tenant.as_uuid());
    sql.push(" and r.run_id >= ").push_bind(first_of(window.from));
    sql.push(" and r.run_id < ").push_bind(first_of(window.to)).push(" group by 1, 2, 3, 4");
    Ok(sql.build_query_as::<Group>().persistent(false).fetch_all(&mut **tx).await?)
}

impl OutcomeTotals {
    fn add(&mut self, sums: &[i64]) {
        let slots = [
            &mut self.read,
            &mut self.created,
            &mut self.updated,
            &mut self.unchanged,
            &mut self.skipped,
            &mut self.filtered,
            &mut self.failed,
            &mut self.in_doubt,
        ];
        for (slot, sum) in slots.into_iter().zip(sums) {
            *slot += u64::try_from(*sum).unwrap_or_default();
        }
    }

    /// The totals of one run.
    pub fn of(counts: &OutcomeCounts) -> Self {
        Self {
            read: counts.read.into(),
            created: counts.created.into(),
            updated: counts.updated.into(),
            unchanged: counts.unchanged.into(),
            skipped: counts.skipped.into(),
            filtered: counts.filtered.into(),
            failed: counts.failed.into(),
            in_doubt: counts.in_doubt.into(),
        }
    }
}

impl SeriesPoint {
    const fn at(at: Timestamp) -> Self {
        Self { at, succeeded: 0, failed: 0, nothing_to_do: 0 }
    }

    fn add(&mut self, status: RunStatus, runs: u64) {
        match status {
            RunStatus::Succeeded => self.succeeded += runs,
            RunStatus::NothingToDo => self.nothing_to_do += runs,
            status if status.is_failure() => self.failed += runs,
            _ => {}
        }
    }
}

impl IntegrationStats {
    const fn of(integration: Uuid) -> Self {
        let integration = IntegrationId::from_uuid(integration);
        Self { integration, runs: 0, failed: 0, last_success_at: None, last_failure_at: None }
    }

    fn add(&mut self, status: RunStatus, runs: u64, last: Option<Timestamp>) {
        self.runs += runs;
        match status {
            RunStatus::Succeeded | RunStatus::NothingToDo => {
                self.last_success_at = self.last_success_at.max(last)
            }
            status if status.is_failure() => {
                self.failed += runs;
                self.last_failure_at = self.last_failure_at.max(last);
            }
            _ => {}
        }
    }
}
