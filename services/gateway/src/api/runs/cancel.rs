//! `POST /v1/runs/{id}/cancel`

use actix_web::{HttpResponse, web};
use serde_json::json;
use throughline_domain::RunId;

use super::show::find;
use crate::app::App;
use crate::auth::session::commit;
use crate::caller::Caller;
use crate::change;
use crate::openapi::Doc;
use crate::problem::{Answer, Problem, ProblemCode};
use crate::request::Id;

pub(crate) fn doc() -> Doc {
    Doc::new(
        "Cancel a run",
        "Asks its worker to stop after the record that it is writing. What was written stays. The run shows `cancelled` when it \
         has stopped. One that waits stays `queued` until its turn comes, and then ends before it has written anything.",
    )
    .empty(202, "Asked to stop")
    .problems(&[ProblemCode::RunEnded, ProblemCode::CoordinationUnavailable])
}

pub(crate) async fn handle(app: web::Data<App>, caller: Caller, id: Id<RunId>) -> Answer<HttpResponse> {
    let mut tx = app.store.tenant(caller.tenant).await?;
    let run = find(&app, &mut tx, &caller, id.0).await?;
    if run.summary.status.is_final() {
        let detail = format!("It is {}; there is nothing left to stop.", run.summary.status);
        return Err(Problem::new(ProblemCode::RunEnded, detail));
    }
    let was = json!({ "status": run.summary.status.as_str() });
    change::audit(&app, &mut tx, &caller, "run.cancel", format!("run:{}", id.0), [Some(was), None]).await?;
    commit(tx).await?;
    app.cancels.ask(id.0).await.map_err(|error| {
        let detail = "The run goes on until its time limit at most. Try again in a moment.";
        Problem::new(ProblemCode::CoordinationUnavailable, detail).because(error)
    })?;
    Ok(HttpResponse::Accepted().finish())
}
