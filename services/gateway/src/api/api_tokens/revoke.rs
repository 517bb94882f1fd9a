//! `DELETE /v1/api-tokens/{id}`

use actix_web::{HttpResponse, web};
use throughline_domain::ApiTokenId;
use throughline_store::{StoreError, api_tokens};

use crate::app::App;
use crate::auth::session;
use crate::caller::Caller;
use crate::change;
use crate::openapi::Doc;
use crate::problem::{Answer, Problem};
use crate::request::Id;

pub(crate) fn doc() -> Doc {
    Doc::new("Revoke an API token", "It is refused from now on; by other gateways within seconds.")
        .empty(204, "Revoked")
}

pub(crate) async fn handle(app: web::Data<App>, caller: Caller, id: Id<ApiTokenId>) -> Answer<HttpResponse> {
    let mut tx = app.store.tenant(caller.tenant).await?;
    let hash =
        api_tokens::revoke(&mut tx, caller.tenant, id.0, app.clock.now()).await.map_err(
            |error| match error {
                StoreError::NotFound => Problem::not_found("API token"),
                other => other.into(),
            },
        )?;
    change::audit(&app, &mut tx, &caller, "api_token.revoke", format!("api_token:{}", id.0), [None, None])
        .await?;
    session::commit(tx).await?;
    app.api_tokens.forget(&hash).await;
    Ok(HttpResponse::NoContent().finish())
}
