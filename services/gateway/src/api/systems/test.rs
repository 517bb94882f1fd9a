//! `POST /v1/systems/{id}/test`

use actix_web::{HttpResponse, web};
use serde::Serialize;
use serde_json::Value;
use serde_json::value::RawValue;
use throughline_contract::{SystemTested, Task, TaskReply};
use throughline_domain::{RunError, SystemId, TenantId};
use throughline_store::systems::{self, LastTest};
use utoipa::ToSchema;

use super::show::find;
use crate::answer::ExplainedError;
use crate::app::App;
use crate::ask;
use crate::auth::session::commit;
use crate::caller::Caller;
use crate::change;
use crate::openapi::Doc;
use crate::problem::{Answer, Problem, ProblemCode};
use crate::request::Id;

pub(crate) fn doc() -> Doc {
    Doc::new(
        "Test a system",
        "A worker calls the system and says who the credentials are. Nothing is changed there.",
    )
    .answer::<TestReport>(200, "How it went; a connection that is not good is no problem of this request")
    .problems(&[ProblemCode::WorkerUnavailable, ProblemCode::BrokerUnavailable])
}

/// How a test of a connection went.
#[derive(Serialize, ToSchema)]
pub(crate) struct TestReport {
    ok: bool,
    /// One sentence.
    message: String,
    /// Why it is not good.
    error: Option<ExplainedError>,
    took_ms: u32,
    /// Who the credentials are.
    identity: Option<String>,
    /// Version of the system.
    version: Option<String>,
    /// The masked HTTP exchanges.
    #[schema(value_type = Vec<Object>)]
    exchanges: Box<RawValue>,
}

pub(crate) async fn handle(app: web::Data<App>, caller: Caller, id: Id<SystemId>) -> Answer<HttpResponse> {
    let Id(id) = id;
    let mut tx = app.store.tenant(caller.tenant).await?;
    find(&mut tx, &caller, id).await?;
    drop(tx);
    let report = match ask::worker(&app, caller.tenant, Task::TestSystem(id)).await? {
        TaskReply::SystemTested(tested) => report(tested)?,
        TaskReply::Failed(failure) => failed(failure.into()),
        TaskReply::SchemaDiscovered(_) => return Err(ask::wrong_reply("a schema instead of a test")),
    };
    record(&app, caller.tenant, id, &report).await?;
    change::system_changed(&app, &caller, id);
    Ok(HttpResponse::Ok().json(report))
}

fn report(tested: SystemTested) -> Answer<TestReport> {
    let exchanges = String::from_utf8_lossy(tested.exchanges.get()).into_owned();
    let exchanges = if exchanges.is_empty() { "[]".to_owned() } else { exchanges };
    let error = tested.error.map(|failure| ExplainedError::of(&RunError::from(failure), None));
    Ok(TestReport {
        ok: error.is_none(),
        message: tested.message,
        error,
        took_ms: tested.took_ms,
        identity: tested.identity,
        version: tested.version,
        exchanges: RawValue::from_string(exchanges).map_err(Problem::internal)?,
    })
}

fn failed(error: RunError) -> TestReport {
    TestReport {
        ok: false,
        message: error.message.clone(),
        error: Some(ExplainedError::of(&error, None)),
        took_ms: 0,
        identity: None,
        version: None,
        exchanges: serde_json::value::to_raw_value(&Value::Array(Vec::new())).unwrap_or_default(),
    }
}

async fn record(app: &App, tenant: TenantId, id: SystemId, report: &TestReport) -> Answer<()> {
    let test = LastTest { at: app.clock.now(), ok: report.ok, message: report.message.clone() };
    let mut tx = app.store.tenant(tenant).await?;
    systems::record_test(&mut tx, tenant, id, &test).await?;
    commit(tx).await
}
