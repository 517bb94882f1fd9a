//! `GET /v1/stats`

use std::collections::BTreeMap;
use std::time::Duration;

use actix_web::{HttpRequest, HttpResponse, web};
use serde::Serialize;
use throughline_domain::Timestamp;
use throughline_store::integrations;
use throughline_store::runs::{self, OutcomeTotals, SeriesPoint, StatsWindow};
use throughline_store::waiting::{self, Backlog};
use utoipa::ToSchema;

use crate::answer::Time;
use crate::api::runs::{IntegrationName, Names, integration_name};
use crate::app::App;
use crate::caller::Caller;
use crate::openapi::Doc;
use crate::problem::{Answer, Problem, ProblemCode};
use crate::request::{Kind, Param, Query, expect_short};

const QUERY: &[Param] = &[
    Param {
        name: "from",
        kind: Kind::Time,
        about: "The first instant, at most 31 days before `to`; a day before it when absent.",
    },
    Param { name: "to", kind: Kind::Time, about: "The first instant that does not count; now when absent." },
];

/// Steps of a series, seconds: from a minute to a week.
const STEPS: [u64; 9] = [60, 300, 900, 3600, 3 * 3600, 6 * 3600, 12 * 3600, 86_400, 7 * 86_400];
/// Points that a chart needs at most.
const POINTS: u64 = 96;

pub(crate) fn doc() -> Doc {
    Doc::new(
        "Count runs",
        "For dashboards. The series has at most about a hundred points; steps without runs are left out.",
    )
    .query(QUERY)
    .answer::<Stats>(200, "The counts")
}

/// Counts over a period.
#[derive(Serialize, ToSchema)]
pub(crate) struct Stats {
    runs: RunTotals,
    records: RecordTotals,
    per_integration: Vec<IntegrationTotals>,
    series: Vec<Point>,
    /// What waits now, whatever the period.
    backlog: BacklogShape,
}

/// Triggers that have not become runs.
#[derive(Serialize, ToSchema)]
#[schema(as = Backlog)]
pub(crate) struct BacklogShape {
    /// Those that could run and wait for their turn; counted up to 100 000.
    waiting: u64,
    /// Since when the first of them could have run.
    waiting_since: Option<Time>,
    /// Retries whose moment has not come; counted up to 100 000.
    retries: u64,
}

/// Runs by status and by the class of their error.
#[derive(Serialize, ToSchema)]
pub(crate) struct RunTotals {
    by_status: BTreeMap<&'static str, u64>,
    by_error_class: BTreeMap<&'static str, u64>,
}

/// Records by outcome.
#[derive(Serialize, ToSchema)]
pub(crate) struct RecordTotals {
    by_outcome: BTreeMap<&'static str, u64>,
}

/// The runs of one integration.
#[derive(Serialize, ToSchema)]
pub(crate) struct IntegrationTotals {
    integration: IntegrationName,
    runs: u64,
    /// Those that failed, wholly or partly.
    failed: u64,
    last_success_at: Option<Time>,
    last_failure_at: Option<Time>,
}

/// The runs of one step.
#[derive(Serialize, ToSchema)]
#[schema(as = StatsPoint)]
pub(crate) struct Point {
    at: Time,
    succeeded: u64,
    failed: u64,
    nothing_to_do: u64,
}

pub(crate) async fn handle(
    app: web::Data<App>,
    caller: Caller,
    request: HttpRequest,
) -> Answer<HttpResponse> {
    let window = window(&Query::read(&request, QUERY)?, app.clock.now())?;
    let mut tx = app.store.tenant(caller.tenant).await?;
    let counts = runs::stats(&mut tx, caller.tenant, window, app.clock.now()).await?;
    let ids: Vec<_> = counts.per_integration.iter().map(|row| row.integration).collect();
    let names = integrations::labels(&mut tx, caller.tenant, &ids).await?;
    let backlog = waiting::backlog(&mut tx, caller.tenant, app.clock.now()).await?;
    Ok(HttpResponse::Ok().json(Stats::of(counts, &names, backlog)))
}

fn window(query: &Query, now: Timestamp) -> Answer<StatsWindow> {
    let to = query.time("to")?.unwrap_or(now);
    let from = query.time("from")?.unwrap_or(to - chrono::Duration::days(1));
    if from >= to {
        return Err(Problem::new(ProblemCode::InvalidParameter, "`from` should be before `to`."));
    }
    expect_short(from, to)?;
    let seconds = u64::try_from((to - from).num_seconds()).unwrap_or(0);
    let step = STEPS.into_iter().find(|step| seconds / step <= POINTS).unwrap_or(STEPS[STEPS.len() - 1]);
    Ok(StatsWindow { from, to, step: Duration::from_secs(step) })
}

impl Stats {
    fn of(counts: runs::Stats, names: &Names, backlog: Backlog) -> Self {
        let per_integration = counts.per_integration.into_iter().map(|row| IntegrationTotals {
            integration: integration_name(row.integration, names),
            runs: row.runs,
            failed: row.failed,
            last_success_at: row.last_success_at.map(Time),
            last_failure_at: row.last_failure_at.map(Time),
        });
        Self {
            runs: RunTotals {
                by_status: counts
                    .by_status
                    .into_iter()
                    .map(|(status, runs)| (status.as_str(), runs))
                    .collect(),
                by_error_class: counts
                    .by_error_class
                    .into_iter()
                    .map(|(class, runs)| (class.as_str(), runs))
                    .collect(),
            },
            records: RecordTotals { by_outcome: by_outcome(&counts.records) },
            per_integration: per_integration.collect(),
            series: counts.series.into_iter().map(Point::from).collect(),
            backlog: BacklogShape {
                waiting: backlog.waiting,
                waiting_since: backlog.since.map(Time),
                retries: backlog.later,
            },
        }
    }
}

fn by_outcome(totals: &OutcomeTotals) -> BTreeMap<&'static str, u64> {
    BTreeMap::from([
        ("created", totals.created),
        ("updated", totals.updated),
        ("unchanged", totals.unchanged),
        ("skipped", totals.skipped),
        ("filtered", totals.filtered),
        ("failed", totals.failed),
        ("in_doubt", totals.in_doubt),
    ])
}

impl From<SeriesPoint> for Point {
    fn from(point: SeriesPoint) -> Self {
        let SeriesPoint { at, succeeded, failed, nothing_to_do } = point;
        Self { at: at.into(), succeeded, failed, nothing_to_do }
    }
}
