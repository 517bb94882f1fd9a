//! `GET /v1/runs/{id}/records`

use actix_web::{HttpRequest, HttpResponse, web};
use serde::Serialize;
use throughline_domain::{Outcome, RunId};
use throughline_store::runs;
use utoipa::ToSchema;

use super::show::find;
use crate::answer::{List, OperationWord, OutcomeWord, RecordError, Word, WordSet as _};
use crate::app::App;
use crate::caller::Caller;
use crate::openapi::Doc;
use crate::problem::Answer;
use crate::request::{Cursor, Id, Kind, Param, Query};

const QUERY: &[Param] = &[
    Param { name: "outcome", kind: Kind::Words(Outcome::words), about: "With this outcome; one only." },
    Param::CURSOR,
    Param::LIMIT,
];

pub(crate) fn doc() -> Doc {
    Doc::new("List the records of a run", "Those created, updated, failed or in doubt, and the first others.")
        .query(QUERY)
        .list::<RunRecord>("A page of records")
}

/// What became of one record.
#[derive(Serialize, ToSchema)]
pub(crate) struct RunRecord {
    source_key: String,
    target_key: Option<String>,
    /// Page of the source record.
    source_url: Option<String>,
    /// Page of the target record.
    target_url: Option<String>,
    /// What was tried.
    operation: Option<OperationWord>,
    outcome: OutcomeWord,
    error: Option<RecordError>,
}

impl From<runs::RunRecord> for RunRecord {
    fn from(row: runs::RunRecord) -> Self {
        Self {
            source_key: row.source_key,
            target_key: row.target_key,
            source_url: row.source_url,
            target_url: row.target_url,
            operation: row.operation.map(Word),
            outcome: row.outcome.into(),
            error: row.error.as_ref().map(RecordError::from),
        }
    }
}

pub(crate) async fn handle(
    app: web::Data<App>,
    caller: Caller,
    id: Id<RunId>,
    request: HttpRequest,
) -> Answer<HttpResponse> {
    let query = Query::read(&request, QUERY)?;
    let (limit, after, outcome) =
        (query.limit()?, query.cursor::<i32>("records")?, query.value::<Outcome>("outcome")?);
    let mut tx = app.store.tenant(caller.tenant).await?;
    find(&app, &mut tx, &caller, id.0).await?;
    let limit = u16::try_from(limit).unwrap_or(u16::MAX);
    let page = runs::records(&mut tx, caller.tenant, id.0, outcome, after, limit).await?;
    let next_cursor = page.next.map(|seq| Cursor::encode("records", &seq));
    Ok(List { items: page.items.into_iter().map(RunRecord::from).collect(), next_cursor }.answer(&request))
}
