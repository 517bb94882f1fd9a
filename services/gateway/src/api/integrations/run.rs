//! `POST /v1/integrations/{id}/actions/{key}/run`

use actix_web::{HttpRequest, HttpResponse, web};
use serde::{Deserialize, Serialize};
use serde_json::json;
use throughline_contract::{Input, Trigger};
use throughline_domain::{IntegrationId, Lane, RevisionNumber, RunId, TriggerId, TriggerKind};
use throughline_store::Tx;
use utoipa::ToSchema;
use uuid::Uuid;

use super::revision;
use super::view::find;
use crate::app::App;
use crate::caller::Caller;
use crate::openapi::Doc;
use crate::problem::{Answer, Problem, ProblemCode};
use crate::request::{Id, OptionalJson, path_text};
use crate::{trigger, waiting};

pub(crate) fn doc() -> Doc {
    Doc::new(
        "Run an action now",
        "Asks the source, from the watermark on, with the published revision; also while the integration is disabled. The run \
         goes ahead of polls and webhooks.",
    )
    .optional_body::<Nothing>(json!({}))
    .answer::<Started>(202, "Accepted; the run has this id")
    .example(json!({ "run_id": "019a7c3e-0000-7000-8000-000000000003" }))
    .problems(&[ProblemCode::NotPublished, ProblemCode::BrokerUnavailable])
}

/// Nothing, yet.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = RunNow)]
pub(crate) struct Nothing {}

/// A run that was accepted.
#[derive(Serialize, ToSchema)]
#[schema(as = RunAccepted)]
pub(crate) struct Started {
    pub(crate) run_id: Uuid,
}

pub(crate) async fn handle(
    app: web::Data<App>,
    caller: Caller,
    id: Id<IntegrationId>,
    request: HttpRequest,
    _: OptionalJson<Nothing>,
) -> Answer<HttpResponse> {
    let key = path_text(&request, "key");
    let mut tx = app.store.tenant(caller.tenant).await?;
    let row = find(&mut tx, &caller, id.0).await?;
    let unpublished = || Problem::new(ProblemCode::NotPublished, "Publish a revision, then run it.");
    expect_action(&mut tx, &caller, id.0, row.published.ok_or_else(unpublished)?, key).await?;
    drop(tx);
    let now = app.clock.now();
    let wish = Trigger {
        id: TriggerId::new(now),
        tenant: caller.tenant,
        integration: id.0,
        action: key.to_owned(),
        revision: None,
        kind: TriggerKind::Manual,
        lane: Lane::Interactive,
        accepted_at: now,
        not_before: None,
        attempt: 1,
        caused_by: None,
        input: Input::Poll,
    };
    let (published, ()) = tokio::join!(trigger::publish(&app, &wish), waiting::remember(&app, &wish));
    published?;
    Ok(HttpResponse::Accepted().json(Started { run_id: RunId::from(wish.id).as_uuid() }))
}

async fn expect_action(
    tx: &mut Tx,
    caller: &Caller,
    id: IntegrationId,
    number: RevisionNumber,
    key: &str,
) -> Answer<()> {
    let document = revision::find(tx, caller, id, number).await?.document;
    let actions = document["actions"].as_array().map(Vec::as_slice).unwrap_or_default();
    if actions.iter().any(|action| action["key"] == key) {
        return Ok(());
    }
    let detail = format!("The published revision {number} has no action with this key.");
    Err(Problem::new(ProblemCode::NotFound, detail))
}
