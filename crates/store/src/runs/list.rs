//! The list of runs.

use sqlx::QueryBuilder;
use throughline_domain::{RunId, TenantId, Timestamp};

use super::filter::RunFilter;
use super::summary::{COLUMNS, RunSummary, SummaryRow};
use super::window::Window;
use crate::error::Result;
use crate::session::Tx;

/// A page of runs, newest first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RunPage {
    /// The runs.
    pub items: Vec<RunSummary>,
    /// Give this as `before` for the next page; `None`: this was the last.
    pub next: Option<RunId>,
}

/// Up to `limit` runs of `tenant` that pass `filter`, newest first, those before the run `before`.
///
/// # Errors
/// When the database is not available, or a row cannot be read.
pub async fn list(
    tx: &mut Tx,
    tenant: TenantId,
    filter: &RunFilter,
    before: Option<RunId>,
    limit: u16,
    now: Timestamp,
) -> Result<RunPage> {
    let today = now.date_naive();
    let (first, last) = filter.days(today, before);
    let wanted = usize::from(limit);
    let mut items = Vec::new();
    for window in Window::widening(first, last, today, filter.classes()) {
        // One more than wanted tells whether there is a next page.
        let missing = wanted + 1 - items.len();
        items.extend(newest(tx, tenant, filter, &window, before, missing).await?);
        if items.len() > wanted {
            break;
        }
    }
    let more = items.len() > wanted;
    items.truncate(wanted);
    let next = items.last().filter(|_| more).map(|run| run.run);
    Ok(RunPage { items, next })
}

async fn newest(
    tx: &mut Tx,
    tenant: TenantId,
    filter: &RunFilter,
    window: &Window,
    before: Option<RunId>,
    limit: usize,
) -> Result<Vec<RunSummary>> {
    let mut sql = QueryBuilder::new("select ");
    sql.push(COLUMNS).push(" from runs r where ");
    filter.push(&mut sql, tenant, window, before);
    sql.push(" order by r.run_id desc limit ").push(limit);
    // Planned for these very values: a cached plan would not know the partitions.
    let rows = sql.build_query_as::<SummaryRow>().persistent(false).fetch_all(&mut **tx).await?;
    rows.into_iter().map(SummaryRow::into_summary).collect()
}
