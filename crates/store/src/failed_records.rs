//! Records that did not arrive, kept with their input until they do. Writer: worker.

use throughline_domain::{ErrorCode, IntegrationId, RunId, TenantId, Timestamp};

use crate::error::Result;
use crate::session::Tx;
use crate::text;

/// One record that did not arrive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FailedRecord {
    /// Key of the source record.
    pub source_key: String,
    /// Its version.
    pub source_version: Option<String>,
    /// The stable code of its error.
    pub code: ErrorCode,
    /// The error in one sentence, masked.
    pub message: String,
    /// Whether it is tried again by itself.
    pub transient: bool,
    /// The record as it was extracted, sealed with the tenant's data key.
    pub sealed_input: Vec<u8>,
    /// When it is tried again by itself.
    pub next_attempt_at: Option<Timestamp>,
}

/// Keeps the failed records of one run; a record that is kept already gets the newer input and error.
///
/// # Errors
/// When the database is not available.
pub async fn keep(
    tx: &mut Tx,
    tenant: TenantId,
    integration: IntegrationId,
    action: &str,
    run: RunId,
    attempt: u32,
    records: &[FailedRecord],
) -> Result<()> {
    let keys: Vec<&str> = records.iter().map(|record| record.source_key.as_str()).collect();
    let versions: Vec<Option<&str>> = records.iter().map(|record| record.source_version.as_deref()).collect();
    let codes: Vec<&str> = records.iter().map(|record| record.code.as_str()).collect();
    let messages: Vec<String> =
        records.iter().map(|record| text::clean(&record.message, text::MESSAGE_LIMIT)).collect();
    let transient: Vec<bool> = records.iter().map(|record| record.transient).collect();
    let inputs: Vec<&[u8]> = records.iter().map(|record| record.sealed_input.as_slice()).collect();
    let next: Vec<Option<Timestamp>> = records.iter().map(|record| record.next_attempt_at).collect();
    sqlx::query!(
        "insert into failed_records as f (tenant_id, integration_id, action_key, source_key, run_id, attempt,
                source_version, error_code, error_message, transient, sealed_input, next_attempt_at)
         select $1, $2, $3, source_key, $4, $5, version, code, message, transient, input, next
         from unnest($6::text[], $7::text[], $8::text[], $9::text[], $10::bool[], $11::bytea[], $12::timestamptz[])
             as r (source_key, version, code, message, transient, input, next)
         order by source_key
         on conflict (tenant_id, integration_id, action_key, source_key) do update
             set run_id = excluded.run_id, attempt = excluded.attempt, source_version = excluded.source_version,
                 error_code = excluded.error_code, error_message = excluded.error_message,
                 transient = excluded.transient, sealed_input = excluded.sealed_input,
                 next_attempt_at = excluded.next_attempt_at, updated_at = now()",
        tenant.as_uuid(),
        integration.as_uuid(),
        action,
        run.as_uuid(),
        i32::try_from(attempt).unwrap_or(i32::MAX),
        &keys as &[&str],
        &versions as &[Option<&str>],
        &codes as &[&str],
        &messages,
        &transient,
        &inputs as &[&[u8]],
        &next as &[Option<Timestamp>]
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Forgets records that have arrived, or need not any more.
///
/// # Errors
/// When the database is not available.
pub async fn clear(
    tx: &mut Tx,
    tenant: TenantId,
    integration: IntegrationId,
    action: &str,
    keys: &[&str],
) -> Result<()> {
    sqlx::query!(
        "delete from failed_records
         where tenant_id = $1 and integration_id = $2 and action_key = $3 and source_key = any($4::text[])",
        tenant.as_uuid(),
        integration.as_uuid(),
        action,
        keys as &[&str]
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}
