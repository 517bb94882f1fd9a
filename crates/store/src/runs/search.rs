//! The list of runs that touched a record: its ids from the records first, then the runs.

use std::collections::BTreeSet;

use sqlx::QueryBuilder;
use throughline_domain::{RunId, TenantId};
use uuid::Uuid;

use super::filter::RunFilter;
use super::list::of_window;
use super::summary::RunSummary;
use super::window::{Days, Window};
use crate::error::Result;
use crate::session::Tx;
use crate::text;

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

/// Ids of runs that touched the record, the newest first, before `before`. Not necessarily all; never one while a newer
/// one is left out. Empty: there is none.
async fn touching(
    tx: &mut Tx,
    tenant: TenantId,
    filter: &RunFilter,
    key: &str,
    window: &Window,
    before: Option<RunId>,
) -> Result<Vec<RunId>> {
    let mut sql = QueryBuilder::new("");
    for (column, next) in [("source_key", " union all "), ("target_key", "")] {
        // Each arm walks its own index and is limited by itself, so that a record that is touched all day is not read to
        // its end.
        sql.push(format_args!(
            "(select '{column}', k.run_id from run_records k where {}",
            window.condition("k")
        ));
        sql.push(" and k.tenant_id = ").push_bind(tenant.as_uuid());
        sql.push(format_args!(" and k.{column} = ")).push_bind(key.to_owned());
        filter.push_range(&mut sql, "k", before);
        sql.push(" order by k.run_id desc limit ").push(PAGE).push(")").push(next);
    }
    let found: Vec<(String, Uuid)> = sql.build_query_as().persistent(false).fetch_all(&mut **tx).await?;
    Ok(complete(&found))
}

/// The ids down to where the first cut arm ends, the newest first, each once.
fn complete(found: &[(String, Uuid)]) -> Vec<RunId> {
    let arms = found.chunk_by(|(one, _), (other, _)| one == other);
    let cut = arms.filter(|arm| arm.len() == PAGE).filter_map(|arm| arm.last().map(|(_, id)| *id)).max();
    let ids: BTreeSet<Uuid> =
        found.iter().map(|(_, id)| *id).filter(|id| cut.is_none_or(|cut| *id >= cut)).collect();
    ids.into_iter().rev().map(RunId::from_uuid).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_taken_from_below_the_end_of_a_cut_arm() {
        let arm = |name: &str, ids: std::ops::Range<u128>| {
            ids.rev().map(|id| (name.to_owned(), Uuid::from_u128(id))).collect::<Vec<_>>()
        };
        let cut = arm("source_key", 1000..1000 + PAGE as u128);
        let whole = arm("target_key", 990..1010);
        let ids = complete(&[cut, whole].concat());
        assert_eq!(ids.len(), PAGE);
        assert_eq!(ids.last().unwrap().as_uuid().as_u128(), 1000);
        assert_eq!(complete(&arm("source_key", 0..5)).len(), 5);
    }
}
