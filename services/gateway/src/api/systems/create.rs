//! `POST /v1/systems`

use actix_web::http::header::LOCATION;
use actix_web::{HttpResponse, web};
use serde_json::{Value, json};
use throughline_domain::SystemId;
use throughline_store::systems::{self, SystemFields};

use super::input::{Stored, SystemInput};
use super::shape::{System, shown_one};
use crate::app::App;
use crate::auth::session::commit;
use crate::caller::Caller;
use crate::change;
use crate::openapi::Doc;
use crate::problem::{Answer, ProblemCode};
use crate::request::{Json, entity_tag};

pub(crate) fn doc() -> Doc {
    Doc::new(
        "Create a system",
        "It is untested until `/test` is called. The address is checked when a worker calls it.",
    )
    .body::<SystemInput>(example())
    .answer::<System>(201, "The system")
    .tagged()
    .problems(&[ProblemCode::NameTaken])
}

pub(super) fn example() -> Value {
    json!({
        "name": "Service desk", "connector": "redmine", "base_url": "https://desk.example.com",
        "settings": { "project": "itsm" }, "credentials": { "api_key": "…" },
    })
}

pub(crate) async fn handle(
    app: web::Data<App>,
    caller: Caller,
    input: Json<SystemInput>,
) -> Answer<HttpResponse> {
    let id = SystemId::new(app.clock.now());
    let fields = input.0.checked(&app, caller.tenant, id, Stored::default()).await?;
    let mut tx = app.store.tenant(caller.tenant).await?;
    let row = systems::create(&mut tx, caller.tenant, id, &fields).await?;
    change::audit(
        &app,
        &mut tx,
        &caller,
        "system.create",
        format!("system:{id}"),
        [None, Some(audited(&fields))],
    )
    .await?;
    let tag = entity_tag(row.version);
    let system = shown_one(&mut tx, caller.tenant, row).await?;
    commit(tx).await?;
    change::system_changed(&app, &caller, id);
    Ok(HttpResponse::Created()
        .insert_header(tag)
        .insert_header((LOCATION, format!("/v1/systems/{id}")))
        .json(system))
}

/// What the audit log says of a system: no secrets, only which are set.
pub(super) fn audited(fields: &SystemFields) -> Value {
    json!({
        "name": fields.name, "connector": fields.connector, "base_url": fields.base_url, "settings": fields.settings,
        "credentials_set": fields.credentials_set,
    })
}
