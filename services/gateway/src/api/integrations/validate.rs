//! `POST /v1/integrations/{id}/validate`

use actix_web::{HttpResponse, web};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use throughline_domain::IntegrationId;
use utoipa::ToSchema;

use super::document::{Surroundings, systems_of};
use super::shape::example;
use super::view::find;
use crate::app::App;
use crate::caller::Caller;
use crate::openapi::Doc;
use crate::problem::{Answer, FieldFault};
use crate::request::{Id, OptionalJson};

pub(crate) fn doc() -> Doc {
    Doc::new(
        "Check a document",
        "Everything that can be known before a run. Without a document, the newest revision is checked.",
    )
    .optional_body::<Candidate>(example())
    .answer::<Verdict>(200, "What is wrong; nothing if `faults` is empty")
}

/// What is to be checked.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ValidationInput)]
pub(crate) struct Candidate {
    /// The document; without it, the newest revision.
    #[schema(value_type = Object, required = false)]
    document: Option<Value>,
}

/// What is wrong.
#[derive(Serialize, ToSchema)]
#[schema(as = Validation)]
pub(crate) struct Verdict {
    faults: Vec<FieldFault>,
}

pub(crate) async fn handle(
    app: web::Data<App>,
    caller: Caller,
    id: Id<IntegrationId>,
    candidate: OptionalJson<Candidate>,
) -> Answer<HttpResponse> {
    let mut tx = app.store.tenant(caller.tenant).await?;
    let row = find(&mut tx, &caller, id.0).await?;
    let document = candidate.0.document.unwrap_or(row.document);
    let faults = match throughline_flow::parse(&document) {
        Err(faults) => faults.into_iter().map(FieldFault::from).collect(),
        Ok(parsed) => {
            let around = Surroundings::load(&mut tx, caller.tenant, &app, &systems_of(&document)).await?;
            around.faults(&parsed)
        }
    };
    Ok(HttpResponse::Ok().json(Verdict { faults }))
}
