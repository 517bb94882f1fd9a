//! `GET /v1/settings`

use actix_web::{HttpResponse, web};
use throughline_store::tenants;

use super::shape::Settings;
use crate::app::App;
use crate::caller::Caller;
use crate::openapi::Doc;
use crate::problem::Answer;

pub(crate) fn doc() -> Doc {
    Doc::new("Show the settings", "With the defaults beside them.").answer::<Settings>(200, "The settings")
}

pub(crate) async fn handle(app: web::Data<App>, caller: Caller) -> Answer<HttpResponse> {
    let mut tx = app.store.tenant(caller.tenant).await?;
    let tenant = tenants::find(&mut tx, caller.tenant).await?;
    Ok(HttpResponse::Ok().json(Settings::of(&tenant.capture, &tenant.retention)))
}
