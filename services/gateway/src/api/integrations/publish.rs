//! `POST /v1/integrations/{id}/publish`

use actix_web::{HttpResponse, web};
use serde::Deserialize;
use serde_json::json;
use throughline_domain::{IntegrationId, RevisionNumber};
use throughline_store::integrations::{self, Integration as Row};
use throughline_store::{Tx, hooks as addresses, revisions};
use utoipa::ToSchema;

use super::document::{self, Surroundings, systems_of};
use super::hooks;
use super::revision;
use super::shape::Integration;
use super::view::{find, missing, shown_one};
use crate::app::App;
use crate::auth::session::commit;
use crate::caller::Caller;
use crate::change;
use crate::openapi::Doc;
use crate::problem::{Answer, FieldFault, Problem, ProblemCode};
use crate::request::{Id, OptionalJson, entity_tag};

pub(crate) fn doc() -> Doc {
    Doc::new(
        "Publish a revision",
        "From now on it runs: the newest one, or an older one by its number. The first one that is published also enables \
         the integration. Watermark and links are handed over. Webhook addresses of actions that no longer listen are taken.",
    )
    .optional_body::<Choice>(json!({ "revision": 3 }))
    .answer::<Integration>(200, "The integration")
    .tagged()
    .problems(&[ProblemCode::IntegrationHasFaults])
}

/// Which revision to publish.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PublishInput)]
pub(crate) struct Choice {
    /// Its number; without it, the newest.
    #[schema(nullable = false)]
    revision: Option<i32>,
}

pub(crate) async fn handle(
    app: web::Data<App>,
    caller: Caller,
    id: Id<IntegrationId>,
    choice: OptionalJson<Choice>,
) -> Answer<HttpResponse> {
    let Id(id) = id;
    let mut tx = app.store.tenant(caller.tenant).await?;
    let before = find(&mut tx, &caller, id).await?;
    let number = choice.0.revision.map_or(before.draft, RevisionNumber);
    let parsed = faultless(&app, &mut tx, &caller, id, number).await?;
    let known = addresses::list(&mut tx, caller.tenant, &[id]).await?;
    put_to_work(&app, &mut tx, &caller, &before, number, &parsed).await?;
    let changed =
        [before.published, Some(number)].map(|number| number.map(|number| json!({ "published": number.0 })));
    change::audit(&app, &mut tx, &caller, "integration.publish", format!("integration:{id}"), changed)
        .await?;
    let row = find(&mut tx, &caller, id).await?;
    let tag = entity_tag(row.version);
    let integration = shown_one(&app, &mut tx, &caller, row).await?;
    commit(tx).await?;
    for (_, hook) in known {
        app.hooks.forget(&hook.hash).await;
    }
    change::integration_changed(&app, &caller, id);
    Ok(HttpResponse::Ok().insert_header(tag).json(integration))
}

async fn put_to_work(
    app: &App,
    tx: &mut Tx,
    caller: &Caller,
    before: &Row,
    number: RevisionNumber,
    parsed: &throughline_flow::Integration,
) -> Answer<()> {
    let outline = document::outline(parsed, &systems_of(&before.document));
    integrations::set_published(tx, caller.tenant, before.id, number, &outline).await.map_err(missing)?;
    revisions::mark_published(tx, caller.tenant, before.id, number, app.clock.now()).await?;
    hooks::provide(app, tx, caller.tenant, before.id, parsed).await?;
    // An address that the draft still wants may be set up at its sender already.
    let draft = throughline_flow::parse(&before.document).ok();
    let wanted: Vec<_> = std::iter::once(parsed).chain(&draft).collect();
    hooks::prune(tx, caller.tenant, before.id, &wanted).await
}

/// The revision's document, if nothing is wrong with it.
async fn faultless(
    app: &App,
    tx: &mut Tx,
    caller: &Caller,
    id: IntegrationId,
    number: RevisionNumber,
) -> Answer<throughline_flow::Integration> {
    let stored = revision::find(tx, caller, id, number).await?.document;
    let parsed = throughline_flow::parse(&stored)
        .map_err(|faults| faulty(faults.into_iter().map(FieldFault::from).collect()))?;
    let around = Surroundings::load(tx, caller.tenant, app, &systems_of(&stored)).await?;
    match around.faults(&parsed) {
        none if none.is_empty() => Ok(parsed),
        faults => Err(faulty(faults)),
    }
}

fn faulty(faults: Vec<FieldFault>) -> Problem {
    let detail = match faults.as_slice() {
        [one] => format!("{}: {}.", one.pointer, one.detail),
        many => format!("{} faults must be corrected first.", many.len()),
    };
    Problem::new(ProblemCode::IntegrationHasFaults, detail).with_errors(faults)
}
