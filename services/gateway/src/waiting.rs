//! Runs between their 202 and their first row. Such a run is `queued`: its trigger waits in Postgres, or is on its way
//! through the broker and was remembered when it was accepted.

use throughline_contract::{Message as _, Trigger};
use throughline_coord::AcceptedRun;
use throughline_domain::{OutcomeCounts, RetentionClass, RunId, RunStatus, TenantId, TriggerId};
use throughline_store::runs::phases::Phases;
use throughline_store::runs::{RunDetail, RunSummary};
use throughline_store::{Tx, waiting};

use crate::app::App;
use crate::problem::{Answer, Problem};

/// Remembers a trigger that is being accepted. What Redis cannot take is unknown until its row is there.
pub(crate) async fn remember(app: &App, trigger: &Trigger) {
    let _ = app.accepted.remember(trigger.tenant, trigger.id.into(), &in_brief(trigger)).await;
}

/// The run of the tenant, if it was accepted and has no row yet.
pub(crate) async fn find(app: &App, tx: &mut Tx, tenant: TenantId, run: RunId) -> Answer<Option<RunDetail>> {
    if let Some(message) = waiting::find(tx, tenant, TriggerId::from_uuid(run.as_uuid())).await? {
        let trigger = Trigger::decode(&message).map_err(Problem::internal)?;
        let detail =
            RunDetail { caused_by: trigger.caused_by, ..queued(run, in_brief(&trigger), trigger.attempt) };
        // Whoever watches it goes on seeing it after it has left the table.
        remember(app, &trigger).await;
        return Ok(Some(detail));
    }
    let known = app.accepted.find(tenant, run).await.unwrap_or_default();
    if let Some(known) = &known {
        let _ = app.accepted.remember(tenant, run, known).await;
    }
    Ok(known.map(|accepted| queued(run, accepted, 1)))
}

fn in_brief(trigger: &Trigger) -> AcceptedRun {
    AcceptedRun { integration: trigger.integration, trigger: trigger.kind, action: trigger.action.clone() }
}

/// A run of which there is nothing but its trigger. Its id tells when that was accepted.
fn queued(run: RunId, accepted: AcceptedRun, attempt: u32) -> RunDetail {
    let summary = RunSummary {
        run,
        integration: accepted.integration,
        action: accepted.action,
        revision: None,
        trigger: accepted.trigger,
        status: RunStatus::Queued,
        attempt,
        queued_at: chrono::DateTime::from_timestamp_millis(run.unix_millis()).unwrap_or_default(),
        started_at: None,
        finished_at: None,
        counts: OutcomeCounts::default(),
        error: None,
        preview: Vec::new(),
        class: RetentionClass::Days90,
    };
    RunDetail { summary, caused_by: None, deadline: None, next_attempt_at: None, phases: Phases::default() }
}
