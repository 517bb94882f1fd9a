//! `POST /hooks/{token}`

use actix_web::{HttpRequest, HttpResponse, web};
use bytes::Bytes;
use opentelemetry::KeyValue;
use serde_json::json;
use throughline_contract::{Event, Input, Trigger};
use throughline_domain::{Lane, RunId, TriggerId, TriggerKind};
use throughline_store::hooks::Hook;

use crate::api::integrations::run::Started;
use crate::app::App;
use crate::hooks::{accept, kept};
use crate::openapi::Doc;
use crate::problem::{Answer, Problem, ProblemCode};
use crate::request::json::{check_text, expect_json, malformed, read_body};
use crate::request::path_text;
use crate::request::sound::Sound;
use crate::waiting;

/// Bodies of this size are checked on another thread, so that the others do not wait for them.
const LARGE: usize = 256 * 1024;

pub(crate) fn doc() -> Doc {
    Doc::new(
        "Push an event",
        "For the systems themselves: the token in the address is the only credential. The answer comes once the event is \
         durable. The body is any JSON document of up to 5 MiB and 64 levels.",
    )
    .any_body(json!({ "status": "firing", "labels": { "alertname": "DiskFull", "severity": "critical" } }))
    .answer::<Started>(202, "Durable; the run has this id")
    .example(json!({ "run_id": "019a7c3e-0000-7000-8000-000000000003" }))
    .problems(&[
        ProblemCode::HookUnknown,
        ProblemCode::IntegrationDisabled,
        ProblemCode::DatabaseUnavailable,
        ProblemCode::BrokerUnavailable,
    ])
}

pub(crate) async fn handle(
    app: web::Data<App>,
    request: HttpRequest,
    payload: web::Payload,
) -> Answer<HttpResponse> {
    let answer = receive(&app, &request, payload).await;
    let status = answer.as_ref().map_or_else(|problem| problem.code().status(), HttpResponse::status);
    app.metrics.hooks.add(1, &[KeyValue::new("status", i64::from(status.as_u16()))]);
    answer
}

async fn receive(app: &App, request: &HttpRequest, payload: web::Payload) -> Answer<HttpResponse> {
    let hook = app.hooks.find(&app.store, path_text(request, "token")).await?;
    if !hook.open {
        let detail = "The event was not taken. Publish the action and enable the integration first.";
        return Err(Problem::new(ProblemCode::IntegrationDisabled, detail));
    }
    expect_json(request)?;
    let body = read_body(request, payload.into_inner(), app.config.hook_body_limit.bytes()).await?;
    check(body.clone()).await?;
    let trigger = trigger(app, hook, Event { headers: kept(request.headers()), body });
    // The broker takes longer than Redis, and nobody waits longer than for the broker.
    let (accepted, ()) =
        tokio::join!(accept(&app.acceptance, &app.store, &trigger), waiting::remember(app, &trigger));
    accepted?;
    Ok(HttpResponse::Accepted().json(Started { run_id: RunId::from(trigger.id).as_uuid() }))
}

fn trigger(app: &App, hook: Hook, event: Event) -> Trigger {
    let now = app.clock.now();
    Trigger {
        id: TriggerId::new(now),
        tenant: hook.tenant,
        integration: hook.integration,
        action: hook.action,
        revision: None,
        kind: TriggerKind::Listen,
        lane: Lane::Bulk,
        accepted_at: now,
        not_before: None,
        attempt: 1,
        caused_by: None,
        input: Input::Event(event),
    }
}

/// Refuses what no worker could read, while the sender is still there to be told.
async fn check(body: Bytes) -> Answer<()> {
    if body.len() < LARGE {
        return check_now(&body);
    }
    web::block(move || check_now(&body)).await.map_err(Problem::internal)?
}

fn check_now(body: &[u8]) -> Answer<()> {
    check_text(body)?;
    serde_json::from_slice::<Sound>(body).map(drop).map_err(|error| malformed(&error))
}
