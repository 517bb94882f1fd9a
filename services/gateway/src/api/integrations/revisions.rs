//! `GET /v1/integrations/{id}/revisions`

use actix_web::{HttpRequest, HttpResponse, web};
use serde::Serialize;
use serde_json::Value;
use throughline_domain::{IntegrationId, RevisionNumber};
use throughline_store::revisions;
use utoipa::ToSchema;

use super::view::find;
use crate::answer::{List, Time, paged};
use crate::app::App;
use crate::caller::Caller;
use crate::openapi::Doc;
use crate::problem::Answer;
use crate::request::{Id, Param, Query};

const QUERY: &[Param] = &[Param::CURSOR, Param::LIMIT];

pub(crate) fn doc() -> Doc {
    Doc::new("List revisions", "Newest first, without their documents.")
        .query(QUERY)
        .list::<Revision>("A page of revisions")
}

/// An immutable version of an integration.
#[derive(Serialize, ToSchema)]
pub(crate) struct Revision {
    number: i32,
    created_at: Time,
    /// Who saved it: `user:<id>` or `token:<id>`.
    created_by: Option<String>,
    /// When it was first published.
    published_at: Option<Time>,
    /// The same for equal documents.
    content_hash: String,
    /// The document; not in lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Object, required = false)]
    document: Option<Value>,
}

impl Revision {
    /// With its document, or without.
    pub(super) fn of(row: revisions::Revision, with_document: bool) -> Self {
        Self {
            number: row.number.0,
            created_at: row.created_at.into(),
            created_by: Some(row.created_by),
            published_at: row.published_at.map(Time),
            content_hash: row.content_hash,
            document: with_document.then_some(row.document),
        }
    }
}

pub(crate) async fn handle(
    app: web::Data<App>,
    caller: Caller,
    id: Id<IntegrationId>,
    request: HttpRequest,
) -> Answer<HttpResponse> {
    let query = Query::read(&request, QUERY)?;
    let (limit, before) = (query.limit()?, query.cursor::<i32>("revisions")?.map(RevisionNumber));
    let mut tx = app.store.tenant(caller.tenant).await?;
    find(&mut tx, &caller, id.0).await?;
    let rows = revisions::list(&mut tx, caller.tenant, id.0, before, limit + 1).await?;
    let (rows, next_cursor) = paged(rows, limit, "revisions", |row| row.number);
    let items = rows.into_iter().map(|row| Revision::of(row, false)).collect();
    Ok(List { items, next_cursor }.answer(&request))
}
