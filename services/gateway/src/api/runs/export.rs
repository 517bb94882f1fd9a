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
use crate::export::{Bundle, Export};
use crate::openapi::Doc;
use crate::problem::{Answer, Problem, ProblemCode};
use crate::request::Id;

/// Records that are read at a time.
const PAGE: u16 = 5_000;

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
    let row = find(&app, &mut tx, &caller, id.0).await?;
    let revision = revision(&mut tx, &caller, &row).await?;
    let names = integrations::labels(&mut tx, caller.tenant, &[row.summary.integration]).await?;
    drop(tx);
    let key = app.keys.of(&app.store, caller.tenant).await?;
    let phases = phases(&app, &key, &row).await?;
    let bundle = Bundle {
        run: serde_json::to_value(RunDetail::of(&app, row, &names)).map_err(Problem::internal)?,
        phases,
        revision,
        exported_at: app.clock.now(),
    };
    let export = aside(move || Export::begin(&bundle)).await?;
    let export = with_records(&app, &caller, id.0, export).await?;
    let zip = aside(move || export.finish()).await?;
    let name = format!("attachment; filename=\"run-{}.zip\"", id.0);
    Ok(HttpResponse::Ok()
        .content_type("application/zip")
        .insert_header((CONTENT_DISPOSITION, name))
        .body(zip))
}

/// Adds all records, a page at a time: what is held is a page, and the zip.
async fn with_records(app: &App, caller: &Caller, run: RunId, mut export: Export) -> Answer<Export> {
    let mut after = None;
    loop {
        let mut tx = app.store.tenant(caller.tenant).await?;
        let page = runs::records(&mut tx, caller.tenant, run, None, after, PAGE).await?;
        drop(tx);
        let records: Vec<_> = page.items.into_iter().map(RunRecord::from).collect();
        export = aside(move || export.records(&records)).await?;
        after = page.next;
        if after.is_none() {
            return Ok(export);
        }
    }
}

/// Does what takes long on a thread that nobody waits for.
async fn aside<T: Send + 'static>(work: impl FnOnce() -> anyhow::Result<T> + Send + 'static) -> Answer<T> {
    web::block(work).await.map_err(Problem::internal)?.map_err(Problem::internal)
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
