//! `POST /v1/integrations`

use actix_web::http::header::LOCATION;
use actix_web::{HttpResponse, web};
use serde_json::{Value, json};
use throughline_domain::{IntegrationId, RevisionNumber, Timestamp};
use throughline_store::integrations;
use throughline_store::revisions::{self, Revision};

use super::shape::{Integration, IntegrationInput, example};
use super::view::{find, shown_one};
use super::{document, hooks};
use crate::app::App;
use crate::auth::session::commit;
use crate::caller::Caller;
use crate::change;
use crate::openapi::Doc;
use crate::problem::{Answer, ProblemCode};
use crate::request::{Json, entity_tag};

pub(crate) fn doc() -> Doc {
    Doc::new(
        "Create an integration",
        "Saves the document as revision 1, a draft. Faults are told and do not matter until it is published; only a document \
         that is not of the format is refused.",
    )
    .body::<IntegrationInput>(example())
    .answer::<Integration>(201, "The integration, with its faults")
    .tagged()
    .problems(&[ProblemCode::InvalidDocument, ProblemCode::NameTaken])
}

pub(crate) async fn handle(
    app: web::Data<App>,
    caller: Caller,
    input: Json<IntegrationInput>,
) -> Answer<HttpResponse> {
    let parsed = document::read(&input.0.document)?;
    let (now, value) = (app.clock.now(), input.0.document);
    let id = IntegrationId::new(now);
    let mut tx = app.store.tenant(caller.tenant).await?;
    integrations::create(&mut tx, caller.tenant, id, &document::outline(&parsed, &[])).await?;
    revisions::add(&mut tx, caller.tenant, id, &revision(1, value, &caller, now)).await?;
    hooks::provide(&app, &mut tx, caller.tenant, id, &parsed).await?;
    let after = json!({ "name": parsed.name, "revision": 1 });
    change::audit(
        &app,
        &mut tx,
        &caller,
        "integration.create",
        format!("integration:{id}"),
        [None, Some(after)],
    )
    .await?;
    let row = find(&mut tx, &caller, id).await?;
    let tag = entity_tag(row.version);
    let integration = shown_one(&app, &mut tx, &caller, row).await?;
    commit(tx).await?;
    change::integration_changed(&app, &caller, id);
    let location = (LOCATION, format!("/v1/integrations/{id}"));
    Ok(HttpResponse::Created().insert_header(tag).insert_header(location).json(integration))
}

/// A revision that the caller saves now.
pub(super) fn revision(number: i32, document: Value, caller: &Caller, now: Timestamp) -> Revision {
    Revision {
        number: RevisionNumber(number),
        content_hash: throughline_flow::content_hash(&document),
        document,
        created_by: caller.actor(),
        created_at: now,
        published_at: None,
    }
}
