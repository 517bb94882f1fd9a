//! `GET /v1/runs/{id}/phases/{phase}`

use actix_web::{HttpRequest, HttpResponse, web};
use serde::Serialize;
use serde_json::value::RawValue;
use throughline_domain::{Phase, RunId};
use utoipa::ToSchema;
use uuid::Uuid;

use super::phases::Document;
use super::show::find;
use crate::answer::{PhaseWord, Time, WordSet as _};
use crate::app::App;
use crate::caller::Caller;
use crate::openapi::Doc;
use crate::problem::{Answer, ProblemCode};
use crate::request::{Id, path_word};

pub(crate) fn doc() -> Doc {
    Doc::new(
        "Show a phase of a run",
        "The document that was captured, masked. A phase never changes once its run has ended.",
    )
    .answer::<CapturedPhase>(200, "The phase")
    .problems(&[
        ProblemCode::PhaseNotCaptured,
        ProblemCode::PhaseExpired,
        ProblemCode::StorageUnavailable,
    ])
}

/// A captured phase.
#[derive(Serialize, ToSchema)]
#[schema(as = Phase)]
pub(crate) struct CapturedPhase {
    run_id: Uuid,
    phase: PhaseWord,
    captured_at: Option<Time>,
    /// Its form depends on the phase; see the manual.
    #[schema(value_type = Object)]
    document: Box<RawValue>,
}

pub(crate) async fn handle(
    app: web::Data<App>,
    caller: Caller,
    id: Id<RunId>,
    request: HttpRequest,
) -> Answer<HttpResponse> {
    let phase: Phase = path_word(&request, "phase", &format!("one of {}", Phase::words().join(", ")))?;
    let mut tx = app.store.tenant(caller.tenant).await?;
    let run = find(&app, &mut tx, &caller, id.0).await?;
    drop(tx);
    let key = app.keys.of(&app.store, caller.tenant).await?;
    let Document(document) = Document::read(&app, &key, &run, phase).await?;
    let captured_at = run.summary.finished_at.map(Time);
    Ok(HttpResponse::Ok().json(CapturedPhase {
        run_id: id.0.as_uuid(),
        phase: phase.into(),
        captured_at,
        document,
    }))
}
