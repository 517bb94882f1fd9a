//! `GET /v1/runs/{id}/export`

use actix_web::http::header::CONTENT_DISPOSITION;
use actix_web::{HttpResponse, web};
use serde_json::Value;
use throughline_domain::{Phase, RunId};
use throughline_store::runs::{self, RunDetail as Row};
use throughline_store::{Tx, integrations, revisions};
use throughline_vault::TenantKey;

use super::phases::Document;
use super::records::RunRecord;
use super::show::{RunDetail, find};
use crate::app::App;
use crate::caller::Caller;
use crate::export::{Bundle, zipped};
use crate::openapi::Doc;
use crate::problem::{Answer, Problem, ProblemCode};
use crate::request::Id;

/// Records that an export holds at most.
const RECORDS: u16 = 10_000;

pub(crate) fn doc() -> Doc {
    Doc::new(
        "Export a run as a file",
        "One zip: `README.md`, `run.json`, `records.json`, `phases/*.json`, `http.har` (HAR 1.2, for a browser's developer tools), `curl.sh`, \
         `revision.json`. Everything is masked.",
    )
    .other(200, "The zip", "application/zip")
    .problems(&[ProblemCode::StorageUnavailable])
}

pub(crate) async fn handle(app: web::Data<App>, caller: Caller, id: Id<RunId>) -> Answer<HttpResponse> {
    let mut tx = app.store.tenant(caller.tenant).await?;
    let row = find(&mut tx, &caller, id.0).await?;
    let records = runs::records(&mut tx, caller.tenant, id.0, None, None, RECORDS).await?;
    let revision = revision(&mut tx, &caller, &row).await?;
    let names = integrations::labels(&mut tx, caller.tenant, &[row.summary.integration]).await?;
    drop(tx);
    let key = app.keys.of(&app.store, caller.tenant).await?;
    let phases = phases(&app, &key, &row).await?;
    let records: Vec<_> = records.items.into_iter().map(RunRecord::from).collect();
    let bundle = Bundle {
        run: serde_json::to_value(RunDetail::of(&app, row, &names)).map_err(Problem::internal)?,
        records: serde_json::to_value(records).map_err(Problem::internal)?,
        phases,
        revision,
        exported_at: app.clock.now(),
    };
    let zip =
        web::block(move || zipped(&bundle)).await.map_err(Problem::internal)?.map_err(Problem::internal)?;
    let name = format!("attachment; filename=\"run-{}.zip\"", id.0);
    Ok(HttpResponse::Ok()
        .content_type("application/zip")
        .insert_header((CONTENT_DISPOSITION, name))
        .body(zip))
}

/// The document that was in force; it may have been deleted with its integration.
async fn revision(tx: &mut Tx, caller: &Caller, row: &Row) -> Answer<Option<Value>> {
    let Some(number) = row.summary.revision else { return Ok(None) };
    let found = revisions::find(tx, caller.tenant, row.summary.integration, number).await;
    Ok(found.ok().map(|revision| revision.document))
}

/// The documents that are there; those that are not are told of in `run.json`.
async fn phases(app: &App, key: &TenantKey, row: &Row) -> Answer<Vec<(Phase, Value)>> {
    let mut documents = Vec::new();
    for phase in Phase::ALL {
        match Document::read(app, key, row, *phase).await {
            Ok(Document(json)) => {
                documents.push((*phase, serde_json::from_str(json.get()).map_err(Problem::internal)?));
            }
            Err(problem)
                if matches!(problem.code(), ProblemCode::PhaseNotCaptured | ProblemCode::PhaseExpired) => {}
            Err(problem) => return Err(problem),
        }
    }
    Ok(documents)
}
