//! One run, and its records.

use throughline_domain::{Operation, Outcome, RunError, RunId, TenantId, Timestamp};

use super::evidence;
use super::phases::Phases;
use super::summary::{RunDetail, SummaryRow};
use crate::column::word;
use crate::error::Result;
use crate::session::Tx;

/// What became of one record of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunRecord {
    /// Its place in the run: the order of keys.
    pub seq: i32,
    /// Key in the source.
    pub source_key: String,
    /// Key in the target.
    pub target_key: Option<String>,
    /// Page of the source record.
    pub source_url: Option<String>,
    /// Page of the target record.
    pub target_url: Option<String>,
    /// What was tried.
    pub operation: Option<Operation>,
    /// What came of it.
    pub outcome: Outcome,
    /// Why it failed or is in doubt.
    pub error: Option<RunError>,
}

/// A page of records, in the order of the run.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RecordPage {
    /// The records.
    pub items: Vec<RunRecord>,
    /// Give this as `after` for the next page; `None`: this was the last.
    pub next: Option<i32>,
}

#[derive(sqlx::FromRow)]
struct DetailRow {
    #[sqlx(flatten)]
    summary: SummaryRow,
    caused_by: Option<uuid::Uuid>,
    deadline: Option<Timestamp>,
    next_attempt_at: Option<Timestamp>,
    phases: Vec<u8>,
}

/// The run with its phases.
///
/// # Errors
/// `NotFound` when the tenant has no such run, or its time is over.
pub async fn find(tx: &mut Tx, tenant: TenantId, run: RunId) -> Result<RunDetail> {
    let mut sql = sqlx::QueryBuilder::new("select ");
    sql.push(super::summary::COLUMNS);
    sql.push(", r.caused_by, r.deadline, r.next_attempt_at, r.phases from runs r where r.day = ");
    sql.push_bind(run.day()).push(" and r.run_id = ").push_bind(run.as_uuid());
    sql.push(" and r.tenant_id = ").push_bind(tenant.as_uuid());
    let row = sql.build_query_as::<DetailRow>().persistent(false).fetch_one(&mut **tx).await?;
    Ok(RunDetail {
        caused_by: row.caused_by.map(RunId::from_uuid),
        deadline: row.deadline,
        next_attempt_at: row.next_attempt_at,
        phases: Phases::decode(&row.phases)?,
        summary: row.summary.into_summary()?,
    })
}

/// Up to `limit` records of a run in their order, those after the place `after`, all or those with one outcome.
///
/// # Errors
/// When the database is not available, or a row cannot be read.
pub async fn records(
    tx: &mut Tx,
    tenant: TenantId,
    run: RunId,
    outcome: Option<Outcome>,
    after: Option<i32>,
    limit: u16,
) -> Result<RecordPage> {
    let rows = sqlx::query!(
        "select seq, source_key, target_key, source_url, target_url, operation, outcome, error_code, error_message,
                error_side, evidence
         from run_records
         where day = $1 and run_id = $2 and tenant_id = $3 and seq > $4 and ($5::text is null or outcome = $5)
         order by seq limit $6",
        run.day(),
        run.as_uuid(),
        tenant.as_uuid(),
        after.unwrap_or(-1),
        outcome.map(Outcome::as_str),
        i64::from(limit) + 1
    )
    .fetch_all(&mut **tx)
    .await?;
    let more = rows.len() > usize::from(limit);
    let items = rows.into_iter().take(limit.into()).map(|row| {
        let error = evidence::error(
            row.error_code.as_deref(),
            row.error_message,
            row.error_side.as_deref(),
            row.evidence.as_ref(),
        )?;
        Ok(RunRecord {
            seq: row.seq,
            source_key: row.source_key,
            target_key: row.target_key,
            source_url: row.source_url,
            target_url: row.target_url,
            operation: row.operation.map(|operation| word("operation", &operation)).transpose()?,
            outcome: word("outcome", &row.outcome)?,
            error,
        })
    });
    let items = items.collect::<Result<Vec<_>>>()?;
    let next = items.last().filter(|_| more).map(|record| record.seq);
    Ok(RecordPage { items, next })
}
