//! `GET /v1/systems`

use actix_web::{HttpRequest, HttpResponse, web};
use throughline_store::systems;

use super::shape::{System, shown};
use crate::answer::{List, paged};
use crate::app::App;
use crate::caller::Caller;
use crate::openapi::Doc;
use crate::problem::Answer;
use crate::request::{Param, Query};

const QUERY: &[Param] = &[Param::CURSOR, Param::LIMIT];

pub(crate) fn doc() -> Doc {
    Doc::new("List systems", "In the order in which they were made.")
        .query(QUERY)
        .list::<System>("A page of systems")
}

pub(crate) async fn handle(
    app: web::Data<App>,
    caller: Caller,
    request: HttpRequest,
) -> Answer<HttpResponse> {
    let query = Query::read(&request, QUERY)?;
    let (limit, after) = (query.limit()?, query.cursor("systems")?);
    let mut tx = app.store.tenant(caller.tenant).await?;
    let rows = systems::list(&mut tx, caller.tenant, after, limit + 1).await?;
    let (rows, next_cursor) = paged(rows, limit, "systems", |row| row.id);
    let items = shown(&mut tx, caller.tenant, rows).await?;
    Ok(List { items, next_cursor }.answer(&request))
}
