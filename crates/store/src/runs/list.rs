//! The list of runs.

use sqlx::QueryBuilder;
use throughline_domain::{RunId, TenantId, Timestamp};

use super::filter::RunFilter;
use super::search;
use super::summary::{COLUMNS, RunSummary, SummaryRow};
use super::window::{Days, Window};
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
    let days = Days::read(tx, tenant, filter.days(now.date_naive(), before), filter.classes()).await?;
    let wanted = usize::from(limit);
    // One more than wanted tells whether there is a next page.
    let mut items = match &filter.record {
        Some(record) => search::newest(tx, tenant, filter, record, days, before, wanted + 1).await?,
        None => newest(tx, tenant, filter, days, before, wanted + 1).await?,
    };
    let more = items.len() > wanted;
    items.truncate(wanted);
    let next = items.last().filter(|_| more).map(|run| run.run);
    Ok(RunPage { items, next })
}

async fn newest(
    tx: &mut Tx,
    tenant: TenantId,
    filter: &RunFilter,
    days: Days,
    before: Option<RunId>,
    wanted: usize,
) -> Result<Vec<RunSummary>> {
    let mut items = Vec::new();
    for window in days.for_list() {
        let missing = wanted - items.len();
        items.extend(of_window(tx, tenant, filter, &window, before, None, missing).await?);
        if items.len() >= wanted {
            break;
        }
    }
    Ok(items)
}

/// The newest runs of a window, before `before`, among those with the ids `among` if given.
pub(super) async fn of_window(
    tx: &mut Tx,
    tenant: TenantId,
    filter: &RunFilter,
    window: &Window,
    before: Option<RunId>,
    among: Option<&[RunId]>,
    limit: usize,
) -> Result<Vec<RunSummary>> {
    let mut sql = QueryBuilder::new("select ");
    sql.push(COLUMNS).push(" from runs r where ").push(window.condition("r"));
    filter.push(&mut sql, tenant, before);
    if let Some(among) = among {
        let ids: Vec<_> = among.iter().map(|run| run.as_uuid()).collect();
        sql.push(" and r.run_id = any (").push_bind(ids).push(")");
    }
    sql.push(" order by r.run_id desc limit ").push(limit);
    // Planned for these very values: a cached plan would not know the partitions.
    let rows = sql.build_query_as::<SummaryRow>().persistent(false).fetch_all(&mut **tx).await?;
    rows.into_iter().map(SummaryRow::into_summary).collect()
}
