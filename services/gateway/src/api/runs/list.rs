//! `GET /v1/runs`

use std::time::Duration;

use actix_web::{HttpRequest, HttpResponse, web};
use throughline_domain::{ErrorClass, ErrorCode, RunId, RunStatus, Timestamp, TriggerKind};
use throughline_store::integrations;
use throughline_store::runs::{self, RunFilter};

use super::shape::Run;
use crate::answer::{List, WordSet as _};
use crate::app::App;
use crate::caller::Caller;
use crate::openapi::Doc;
use crate::problem::{Answer, Problem, ProblemCode};
use crate::request::{Cursor, Kind, LONGEST, Param, Query, expect_short};

const fn param(name: &'static str, kind: Kind, about: &'static str) -> Param {
    Param { name, kind, about }
}

const QUERY: &[Param] = &[
    param("integration", Kind::Uuid, "Of this integration."),
    param("action", Kind::Text, "Of the action with this key."),
    param("status", Kind::Words(RunStatus::words), "With this status."),
    param("error_class", Kind::Words(ErrorClass::words), "With an error of this class; one only."),
    param("error_code", Kind::Words(ErrorCode::words), "With an error of this code; one only."),
    param("trigger", Kind::Words(TriggerKind::words), "Started for this reason; one only."),
    param("from", Kind::Time, "Accepted at this instant or later."),
    param("to", Kind::Time, "Accepted before this instant."),
    param("record", Kind::Text, "That touched the record with this key, in the source or in the target."),
    param(
        "min_duration_ms",
        Kind::Number,
        "That took at least so many milliseconds, up to seven days. Looks at 31 days at most: those before `to` or the cursor when `from` is absent.",
    ),
    Param::CURSOR,
    Param::LIMIT,
];

pub(crate) fn doc() -> Doc {
    Doc::new("List runs", "Newest first. Everything that is given must hold.")
        .query(QUERY)
        .list::<Run>("A page of runs")
}

pub(crate) async fn handle(
    app: web::Data<App>,
    caller: Caller,
    request: HttpRequest,
) -> Answer<HttpResponse> {
    let query = Query::read(&request, QUERY)?;
    let (limit, before) = (query.limit()?, query.cursor::<RunId>("runs")?);
    let now = app.clock.now();
    let mut filter = filter(&query)?;
    bound(&mut filter, before, now)?;
    let limit = u16::try_from(limit).unwrap_or(u16::MAX);
    let mut tx = app.store.tenant(caller.tenant).await?;
    let page = runs::list(&mut tx, caller.tenant, &filter, before, limit, now).await?;
    let mut ids: Vec<_> = page.items.iter().map(|run| run.integration).collect();
    ids.sort_unstable();
    ids.dedup();
    let names = integrations::labels(&mut tx, caller.tenant, &ids).await?;
    let next_cursor = page.next.map(|run| Cursor::encode("runs", &run));
    let items = page.items.into_iter().map(|run| Run::brief(run, &names)).collect();
    Ok(List { items, next_cursor }.answer(&request))
}

fn filter(query: &Query) -> Answer<RunFilter> {
    Ok(RunFilter {
        integration: query.value("integration")?,
        action: query.text("action").map(str::to_owned),
        status: query.values("status")?,
        error_class: query.value("error_class")?,
        error_code: query.value("error_code")?,
        trigger: query.value("trigger")?,
        from: query.time("from")?,
        to: query.time("to")?,
        record: query.text("record").map(str::to_owned),
        min_duration: query.value("min_duration_ms")?.map(Duration::from_millis),
        classes: Vec::new(),
    })
}

/// The longest duration that can be asked for.
const LONGEST_RUN: Duration = Duration::from_secs(7 * 86_400);

/// No index knows how long runs took, so the runs of a month at most are looked at for it.
fn bound(filter: &mut RunFilter, before: Option<RunId>, now: Timestamp) -> Answer<()> {
    let Some(least) = filter.min_duration else { return Ok(()) };
    if least > LONGEST_RUN {
        let detail = "`min_duration_ms` should be at most seven days; no run takes as long.";
        return Err(Problem::new(ProblemCode::InvalidParameter, detail));
    }
    let to = filter.to.unwrap_or(now);
    match filter.from {
        Some(from) => expect_short(from, to),
        None => {
            let cursor = before.and_then(|run| Timestamp::from_timestamp_millis(run.unix_millis()));
            filter.from = Some(cursor.map_or(to, |cursor| cursor.min(to)) - LONGEST);
            Ok(())
        }
    }
}
