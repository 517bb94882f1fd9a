//! What decides whether and how a trigger is admitted: the tenant's settings, the integration's state.

use throughline_domain::{CapturePolicy, IntegrationId, Retention, RetentionClass, RevisionNumber, TenantId};

use crate::error::{Result, StoreError};
use crate::session::Session;

/// The state of an integration and the settings of its tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// Whose.
    pub tenant: TenantId,
    /// Which integration.
    pub integration: IntegrationId,
    /// Whether it may run.
    pub enabled: bool,
    /// The published revision; `None` if none was ever published.
    pub published: Option<RevisionNumber>,
    /// How many runs of the tenant may be in flight.
    pub in_flight_limit: u32,
    /// The tenant's capture settings.
    pub capture: CapturePolicy,
    /// The tenant's purge intervals.
    pub retention: Retention,
}

/// The standing of each of `integrations`, in one round trip; those that do not exist are left out.
///
/// # Errors
/// When the database is away or a stored word is unknown.
pub async fn standings(
    session: &mut Session,
    integrations: &[(TenantId, IntegrationId)],
) -> Result<Vec<Standing>> {
    let (tenants, ids): (Vec<_>, Vec<_>) =
        integrations.iter().map(|(tenant, id)| (tenant.as_uuid(), id.as_uuid())).unzip();
    let rows = sqlx::query!(
        r#"select i.tenant_id, i.integration_id, i.enabled, i.published_revision,
                  t.in_flight_limit, t.capture_http, t.capture_http_until, t.capture_payload,
                  t.retention_status, t.retention_payload, t.retention_http
           from unnest($1::uuid[], $2::uuid[]) as wanted (tenant_id, integration_id)
           join integrations i using (tenant_id, integration_id)
           join tenants t using (tenant_id)"#,
        &tenants,
        &ids
    )
    .fetch_all(&mut *session)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Standing {
                tenant: row.tenant_id.into(),
                integration: row.integration_id.into(),
                enabled: row.enabled,
                published: row.published_revision.map(RevisionNumber),
                in_flight_limit: u32::try_from(row.in_flight_limit).unwrap_or(1),
                capture: CapturePolicy {
                    http: row.capture_http.parse().map_err(corrupt)?,
                    http_until: row.capture_http_until,
                    payload: row.capture_payload,
                },
                retention: Retention {
                    status: class(row.retention_status)?,
                    payload: class(row.retention_payload)?,
                    http: class(row.retention_http)?,
                },
            })
        })
        .collect()
}

/// The document of one revision.
///
/// # Errors
/// [`StoreError::NotFound`] when there is no such revision.
pub async fn document(
    session: &mut Session,
    tenant: TenantId,
    integration: IntegrationId,
    revision: RevisionNumber,
) -> Result<serde_json::Value> {
    let row = sqlx::query!(
        "select document from revisions where tenant_id = $1 and integration_id = $2 and number = $3",
        tenant.as_uuid(),
        integration.as_uuid(),
        revision.0
    )
    .fetch_one(&mut *session)
    .await?;
    Ok(row.document)
}

fn corrupt(error: impl std::fmt::Display) -> StoreError {
    StoreError::Corrupt(error.to_string())
}

fn class(days: i16) -> Result<RetentionClass> {
    RetentionClass::from_days(days)
        .ok_or_else(|| StoreError::Corrupt(format!("{days} days is no retention class")))
}
