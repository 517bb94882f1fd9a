//! `PUT /v1/systems/{id}`

use actix_web::{HttpResponse, web};
use serde_json::json;
use throughline_domain::SystemId;
use throughline_store::systems;

use super::create::{audited, example};
use super::input::{self, Stored, SystemInput};
use super::shape::{System, shown_one};
use super::show::find;
use crate::app::App;
use crate::auth::session::commit;
use crate::caller::Caller;
use crate::change;
use crate::openapi::Doc;
use crate::problem::{Answer, ProblemCode};
use crate::request::{Id, IfMatch, Json, entity_tag};

pub(crate) fn doc() -> Doc {
    Doc::new(
        "Change a system",
        "Secrets that are left out stay as they are; null removes one. When the connector is another one, or an address, also \
         one among the settings, leads to another server, they have to be entered again.",
    )
        .body::<SystemInput>(example())
        .if_match()
        .answer::<System>(200, "The system")
        .tagged()
        .problems(&[ProblemCode::NameTaken])
}

pub(crate) async fn handle(
    app: web::Data<App>,
    caller: Caller,
    id: Id<SystemId>,
    seen: IfMatch,
    input: Json<SystemInput>,
) -> Answer<HttpResponse> {
    let Id(id) = id;
    let mut tx = app.store.tenant(caller.tenant).await?;
    let before = find(&mut tx, &caller, id).await?;
    let secrets = input::open(&app, caller.tenant, id, before.sealed_credentials.as_deref()).await?;
    let stored = Stored {
        connector: before.connector.clone(),
        base_url: before.base_url.clone(),
        settings: before.settings.clone(),
        secrets,
    };
    let fields = input.0.checked(&app, caller.tenant, id, stored).await?;
    let version = seen.or_current(before.version);
    let row = systems::update(&mut tx, caller.tenant, id, version, &fields).await?;
    let was = json!({
        "name": before.name, "connector": before.connector, "base_url": before.base_url, "settings": before.settings,
        "credentials_set": before.credentials_set,
    });
    let changed = [Some(was), Some(audited(&fields))];
    change::audit(&app, &mut tx, &caller, "system.update", format!("system:{id}"), changed).await?;
    let tag = entity_tag(row.version);
    let system = shown_one(&mut tx, caller.tenant, row).await?;
    commit(tx).await?;
    change::system_changed(&app, &caller, id);
    Ok(HttpResponse::Ok().insert_header(tag).json(system))
}
