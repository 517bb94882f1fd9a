//! The newest run of integrations.

use std::collections::BTreeSet;

use sqlx::QueryBuilder;
use throughline_domain::{IntegrationId, RunId, RunStatus, TenantId, Timestamp};
use uuid::Uuid;

use super::filter::RunFilter;
use super::window::{Days, Window};
use crate::column::word;
use crate::error::Result;
use crate::session::Tx;

/// The newest run of an integration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LastRun {
    /// The integration.
    pub integration: IntegrationId,
    /// The run.
    pub run: RunId,
    /// How it stands.
    pub status: RunStatus,
    /// When it was started, or accepted if it has not been.
    pub started_at: Timestamp,
}

#[derive(sqlx::FromRow)]
struct Row {
    integration_id: Uuid,
    run_id: Uuid,
    status: String,
    started_at: Timestamp,
}

/// The newest run, since `since`, of each of these integrations. One probe of an index per integration and window: most
/// integrations ran on one of the last two days on which anything ran, and only the others are looked for further back.
///
/// # Errors
/// When the database is not available, or a row cannot be read.
pub async fn latest(
    tx: &mut Tx,
    tenant: TenantId,
    integrations: &[IntegrationId],
    since: Timestamp,
    now: Timestamp,
) -> Result<Vec<LastRun>> {
    let range = RunFilter { from: Some(since), ..RunFilter::default() };
    let mut missing: BTreeSet<_> = integrations.iter().map(|id| id.as_uuid()).collect();
    let mut found = Vec::new();
    if missing.is_empty() {
        return Ok(found);
    }
    let days = Days::read(tx, tenant, range.days(now.date_naive(), None), range.classes()).await?;
    for window in days.for_list() {
        for row in of_window(tx, tenant, &missing, &window).await? {
            missing.remove(&row.integration_id);
            found.push(LastRun {
                integration: IntegrationId::from_uuid(row.integration_id),
                run: RunId::from_uuid(row.run_id),
                status: word("status", &row.status)?,
                started_at: row.started_at,
            });
        }
        if missing.is_empty() {
            break;
        }
    }
    Ok(found)
}

async fn of_window(
    tx: &mut Tx,
    tenant: TenantId,
    integrations: &BTreeSet<Uuid>,
    window: &Window,
) -> Result<Vec<Row>> {
    let ids: Vec<_> = integrations.iter().copied().collect();
    let mut sql = QueryBuilder::new("select n.* from unnest(");
    sql.push_bind(ids).push("::uuid[]) as i (id) cross join lateral (");
    sql.push(
        "select r.integration_id, r.run_id, r.status, coalesce(r.started_at, r.queued_at) as started_at
         from runs r where ",
    );
    sql.push(window.condition("r")).push(" and r.tenant_id = ").push_bind(tenant.as_uuid());
    sql.push(" and r.integration_id = i.id order by r.run_id desc limit 1) n");
    Ok(sql.build_query_as::<Row>().persistent(false).fetch_all(&mut **tx).await?)
}
