//! `GET /v1/integrations/{id}/revisions/{number}`

use actix_web::{HttpRequest, HttpResponse, web};
use throughline_domain::{IntegrationId, RevisionNumber};
use throughline_store::{StoreError, Tx, revisions};

use super::revisions::Revision;
use crate::app::App;
use crate::caller::Caller;
use crate::openapi::Doc;
use crate::problem::{Answer, Problem, ProblemCode};
use crate::request::{Id, path_number};

pub(crate) fn doc() -> Doc {
    Doc::new("Show a revision", "With its document.").answer::<Revision>(200, "The revision")
}

pub(crate) async fn handle(
    app: web::Data<App>,
    caller: Caller,
    id: Id<IntegrationId>,
    request: HttpRequest,
) -> Answer<HttpResponse> {
    let number = RevisionNumber(path_number(&request, "number")?);
    let mut tx = app.store.tenant(caller.tenant).await?;
    let row = find(&mut tx, &caller, id.0, number).await?;
    Ok(HttpResponse::Ok().json(Revision::of(row, true)))
}

/// A revision of the caller's integration.
pub(super) async fn find(
    tx: &mut Tx,
    caller: &Caller,
    id: IntegrationId,
    number: RevisionNumber,
) -> Answer<revisions::Revision> {
    revisions::find(tx, caller.tenant, id, number).await.map_err(|error| match error {
        StoreError::NotFound => {
            Problem::new(ProblemCode::NotFound, format!("The integration has no revision {number}."))
        }
        other => other.into(),
    })
}
