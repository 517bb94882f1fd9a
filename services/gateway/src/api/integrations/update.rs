//! `PUT /v1/integrations/{id}`

use actix_web::{HttpResponse, web};
use serde_json::json;
use throughline_domain::{IntegrationId, SystemId};
use throughline_flow::content_hash;
use throughline_store::integrations::{self, Integration as Row};
use throughline_store::{StoreError, Tx, revisions};

use super::create::revision;
use super::shape::{Integration, IntegrationInput, example};
use super::view::{find, missing, shown_one};
use super::{document, hooks};
use crate::app::App;
use crate::auth::session::commit;
use crate::caller::Caller;
use crate::change;
use crate::openapi::Doc;
use crate::problem::{Answer, ProblemCode};
use crate::request::{Id, IfMatch, Json, entity_tag};

pub(crate) fn doc() -> Doc {
    Doc::new(
        "Save a draft",
        "Saves the document as a new revision. What runs does not change until it is published. The same document again \
         makes no revision.",
    )
    .body::<IntegrationInput>(example())
    .if_match()
    .answer::<Integration>(200, "The integration, with its faults")
    .tagged()
    .problems(&[ProblemCode::InvalidDocument, ProblemCode::NameTaken, ProblemCode::WriteCollision])
}

pub(crate) async fn handle(
    app: web::Data<App>,
    caller: Caller,
    id: Id<IntegrationId>,
    seen: IfMatch,
    input: Json<IntegrationInput>,
) -> Answer<HttpResponse> {
    let Id(id) = id;
    let parsed = document::read(&input.0.document)?;
    let mut tx = app.store.tenant(caller.tenant).await?;
    let before = find(&mut tx, &caller, id).await?;
    let version = seen.or_current(before.version);
    if version != before.version {
        return Err(StoreError::Changed { current: before.version }.into());
    }
    if content_hash(&input.0.document) != content_hash(&before.document) {
        let next = revision(before.draft.0 + 1, input.0.document, &caller, app.clock.now());
        let outline = document::outline(&parsed, &published_systems(&mut tx, &caller, &before).await?);
        revisions::add(&mut tx, caller.tenant, id, &next).await?;
        integrations::save_draft(&mut tx, caller.tenant, id, version, next.number, &outline)
            .await
            .map_err(missing)?;
        hooks::provide(&app, &mut tx, caller.tenant, id, &parsed).await?;
        let changed =
            [Some(json!({ "revision": before.draft.0 })), Some(json!({ "revision": next.number.0 }))];
        change::audit(&app, &mut tx, &caller, "integration.save", format!("integration:{id}"), changed)
            .await?;
    }
    let row = find(&mut tx, &caller, id).await?;
    let tag = entity_tag(row.version);
    let integration = shown_one(&app, &mut tx, &caller, row).await?;
    commit(tx).await?;
    change::integration_changed(&app, &caller, id);
    Ok(HttpResponse::Ok().insert_header(tag).json(integration))
}

/// The systems that what runs now names.
async fn published_systems(tx: &mut Tx, caller: &Caller, row: &Row) -> Answer<Vec<SystemId>> {
    let Some(number) = row.published else { return Ok(Vec::new()) };
    let published = revisions::find(tx, caller.tenant, row.id, number).await?;
    Ok(document::systems_of(&published.document))
}
