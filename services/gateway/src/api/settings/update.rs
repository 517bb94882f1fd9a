//! `PUT /v1/settings`

use actix_web::{HttpResponse, web};
use serde_json::{Value, json};
use throughline_store::tenants;

use super::shape::{Settings, SettingsInput};
use crate::app::App;
use crate::auth::session::commit;
use crate::caller::Caller;
use crate::change;
use crate::openapi::Doc;
use crate::problem::Answer;
use crate::request::Json;

pub(crate) fn doc() -> Doc {
    Doc::new("Change the settings", "They hold for runs that begin from now on.")
        .body::<SettingsInput>(json!({
            "capture": { "http": "all", "http_until": "2026-01-31T09:30:00Z", "payload": true },
            "retention": { "status": "90d", "payload": "30d", "http": "7d" },
        }))
        .answer::<Settings>(200, "The settings")
}

pub(crate) async fn handle(
    app: web::Data<App>,
    caller: Caller,
    input: Json<SettingsInput>,
) -> Answer<HttpResponse> {
    let (capture, retention) = (input.0.capture(), input.0.retention());
    let mut tx = app.store.tenant(caller.tenant).await?;
    let before = tenants::find(&mut tx, caller.tenant).await?;
    tenants::save_settings(&mut tx, caller.tenant, &capture, &retention).await?;
    let changed = [
        Some(shown(&Settings::of(&before.capture, &before.retention))),
        Some(shown(&Settings::of(&capture, &retention))),
    ];
    change::audit(&app, &mut tx, &caller, "settings.update", format!("tenant:{}", caller.tenant), changed)
        .await?;
    commit(tx).await?;
    Ok(HttpResponse::Ok().json(Settings::of(&capture, &retention)))
}

fn shown(settings: &Settings) -> Value {
    let mut value = serde_json::to_value(settings).unwrap_or_default();
    if let Some(members) = value.as_object_mut() {
        members.remove("defaults");
    }
    value
}
