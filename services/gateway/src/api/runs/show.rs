//! `GET /v1/runs/{id}`

use actix_web::{HttpResponse, web};
use serde::Serialize;
use throughline_domain::RunId;
use throughline_store::runs::{self, RunDetail as Row};
use throughline_store::{StoreError, Tx, integrations};
use utoipa::ToSchema;
use uuid::Uuid;

use super::phases::{self, PhaseInfo};
use super::shape::{Names, RunFacts};
use crate::answer::{ExplainedError, Time};
use crate::app::App;
use crate::caller::Caller;
use crate::openapi::Doc;
use crate::problem::{Answer, Problem};
use crate::request::Id;
use crate::waiting;

pub(crate) fn doc() -> Doc {
    Doc::new("Show a run", "With the error explained, and what is known of each phase. A run is `queued` from its 202 on, until it begins.")
        .answer::<RunDetail>(200, "The run")
}

/// Everything that is known of a run but its documents.
#[derive(Serialize, ToSchema)]
pub(crate) struct RunDetail {
    #[serde(flatten)]
    facts: RunFacts,
    error: Option<ExplainedError>,
    phases: Vec<PhaseInfo>,
    /// The run that caused this one.
    caused_by: Option<Uuid>,
    /// When its failed records are tried again by themselves.
    next_attempt_at: Option<Time>,
}

pub(crate) async fn handle(app: web::Data<App>, caller: Caller, id: Id<RunId>) -> Answer<HttpResponse> {
    let mut tx = app.store.tenant(caller.tenant).await?;
    let row = find(&app, &mut tx, &caller, id.0).await?;
    let names = integrations::labels(&mut tx, caller.tenant, &[row.summary.integration]).await?;
    Ok(HttpResponse::Ok().json(RunDetail::of(&app, row, &names)))
}

impl RunDetail {
    /// The run as it is shown.
    pub(super) fn of(app: &App, row: Row, names: &Names) -> Self {
        let error = row.summary.error.as_ref().map(|error| ExplainedError::of(error, row.next_attempt_at));
        Self {
            phases: phases::all(&row, app.clock.now().date_naive()),
            caused_by: row.caused_by.map(RunId::as_uuid),
            next_attempt_at: row.next_attempt_at.map(Time),
            facts: RunFacts::of(row.summary, names),
            error,
        }
    }
}

/// The caller's run with this id; also one that was accepted and has not begun.
pub(super) async fn find(app: &App, tx: &mut Tx, caller: &Caller, id: RunId) -> Answer<Row> {
    match runs::find(tx, caller.tenant, id).await {
        Err(StoreError::NotFound) => waiting::find(app, tx, caller.tenant, id).await?.ok_or_else(none),
        found => Ok(found?),
    }
}

fn none() -> Problem {
    Problem::not_found("run")
}
