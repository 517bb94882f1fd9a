//! `GET /v1/api-tokens`

use actix_web::{HttpRequest, HttpResponse, web};
use throughline_store::api_tokens;

use super::shape::ApiToken;
use crate::answer::{List, paged};
use crate::app::App;
use crate::caller::Caller;
use crate::openapi::Doc;
use crate::problem::Answer;
use crate::request::{Param, Query};

const QUERY: &[Param] = &[Param::CURSOR, Param::LIMIT];

pub(crate) fn doc() -> Doc {
    Doc::new("List API tokens", "Newest first, without those that were revoked.")
        .query(QUERY)
        .list::<ApiToken>("A page of tokens")
}

pub(crate) async fn handle(
    app: web::Data<App>,
    caller: Caller,
    request: HttpRequest,
) -> Answer<HttpResponse> {
    let query = Query::read(&request, QUERY)?;
    let (limit, before) = (query.limit()?, query.cursor("api_tokens")?);
    let mut tx = app.store.tenant(caller.tenant).await?;
    let rows = api_tokens::list(&mut tx, caller.tenant, before, limit + 1).await?;
    let (rows, next_cursor) = paged(rows, limit, "api_tokens", |row| row.id);
    Ok(List { items: rows.into_iter().map(ApiToken::from).collect(), next_cursor }.answer(&request))
}
