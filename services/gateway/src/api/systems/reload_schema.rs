//! `POST /v1/systems/{id}/schema/reload`

use actix_web::{HttpResponse, web};
use throughline_contract::{Task, TaskReply};
use throughline_domain::SystemId;
use throughline_flow::EntitySchema;
use throughline_store::systems::{self, DiscoveredSchema};

use super::shape::{SystemSchema, known_schemas};
use super::show::find;
use crate::advice;
use crate::answer::Time;
use crate::app::App;
use crate::ask;
use crate::auth::session::commit;
use crate::caller::Caller;
use crate::change;
use crate::openapi::Doc;
use crate::problem::{Answer, Problem, ProblemCode};
use crate::request::Id;

pub(crate) fn doc() -> Doc {
    Doc::new("Read the entities and fields of a system again", "A worker asks the system.")
        .answer::<SystemSchema>(200, "The entities")
        .problems(&[
            ProblemCode::SystemUnreachable,
            ProblemCode::WorkerUnavailable,
            ProblemCode::BrokerUnavailable,
        ])
}

pub(crate) async fn handle(app: web::Data<App>, caller: Caller, id: Id<SystemId>) -> Answer<HttpResponse> {
    let Id(id) = id;
    let mut tx = app.store.tenant(caller.tenant).await?;
    let row = find(&mut tx, &caller, id).await?;
    drop(tx);
    let found = match ask::worker(&app, caller.tenant, Task::DiscoverSchema(id)).await? {
        TaskReply::SchemaDiscovered(json) => json,
        TaskReply::Failed(failure) => {
            let advice = advice::of(failure.code);
            let detail = format!("{} {}", failure.message, advice.what_to_do);
            return Err(Problem::new(ProblemCode::SystemUnreachable, detail));
        }
        TaskReply::SystemTested(_) => return Err(ask::wrong_reply("a test instead of a schema")),
    };
    serde_json::from_slice::<Vec<EntitySchema>>(&found).map_err(Problem::internal)?;
    let entities = serde_json::from_slice(&found).map_err(Problem::internal)?;
    let schema = DiscoveredSchema { entities, at: app.clock.now() };
    let mut tx = app.store.tenant(caller.tenant).await?;
    systems::save_schema(&mut tx, caller.tenant, id, &schema).await?;
    commit(tx).await?;
    change::system_changed(&app, &caller, id);
    let entities = known_schemas(&app.catalogue, &row.connector, Some(&schema));
    Ok(HttpResponse::Ok().json(SystemSchema { entities, discovered_at: Some(Time(schema.at)) }))
}
