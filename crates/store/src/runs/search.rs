//! The list of runs that touched a record: its ids from the records first, then the runs.

use sqlx::QueryBuilder;
use throughline_domain::{RunId, TenantId};
use uuid::Uuid;

use super::filter::RunFilter;
use super::list::of_window;
use super::summary::RunSummary;
use super::text;
use super::window::{Days, Window};
use crate::error::Result;
use crate::session::Tx;

/// So many runs of a record are looked at at a time.
const PAGE: usize = 200;

/// The newest runs of `days` that touched the record with this key, in the source or the target, and pass `filter`.
pub(super) async fn newest(
    tx: &mut Tx,
    tenant: TenantId,
    filter: &RunFilter,
    record: &str,
    days: Days,
    before: Option<RunId>,
    wanted: usize,
) -> Result<Vec<RunSummary>> {
    let key = text::key(record);
    let mut items = Vec::new();
    for window in days.for_search() {
        let mut before = before;
        loop {
            let ids = touching(tx, tenant, filter, &key, &window, before).await?;
            let Some(last) = ids.last().copied() else { break };
            let part = window.of(&ids);
            items.extend(of_window(tx, tenant, filter, &part, None, Some(&ids), wanted - items.len()).await?);
            if items.len() >= wanted {
                return Ok(items);
            }
            before = Some(last);
        }
    }
    Ok(items)
}

/// Ids of runs that touched the record, the newest first, before `before`.
async fn touching(
    tx: &mut Tx,
    tenant: TenantId,
    filter: &RunFilter,
    key: &str,
    window: &Window,
    before: Option<RunId>,
) -> Result<Vec<RunId>> {
    let mut sql = QueryBuilder::new("");
    for (column, next) in [("source_key", " union "), ("target_key", " order by run_id desc limit ")] {
        // Each arm is limited by itself, so that a record that is touched all day is not read to its end.
        sql.push("(select k.run_id from run_records k where ").push(window.condition("k"));
        sql.push(" and k.tenant_id = ").push_bind(tenant.as_uuid());
        sql.push(format_args!(" and k.{column} = ")).push_bind(key.to_owned());
        filter.push_range(&mut sql, "k", before);
        sql.push(" group by k.run_id order by k.run_id desc limit ").push(PAGE).push(")").push(next);
    }
    sql.push(PAGE);
    let ids: Vec<Uuid> = sql.build_query_scalar().persistent(false).fetch_all(&mut **tx).await?;
    Ok(ids.into_iter().map(RunId::from_uuid).collect())
}
