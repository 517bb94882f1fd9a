//! Lists, filters and search over a seeded history.

use std::time::Instant;

use chrono::{Duration, Utc};
use reqwest::Method;
use serde_json::{Map, Value, json};
use sqlx::Executor;

use crate::measure::Bench;
use crate::support::percentile::Percentiles;

/// Requests per figure.
const REQUESTS: usize = 200;

/// Seeds `runs` runs over the last days, and times what people ask for.
pub async fn measure(bench: &Bench, runs: u32) -> anyhow::Result<Value> {
    let seeded = Instant::now();
    seed(bench, runs).await?;
    let mut figures = Map::new();
    figures.insert("runs".to_owned(), json!(runs));
    figures.insert("seeded_in_seconds".to_owned(), json!(seeded.elapsed().as_secs()));
    for (name, path) in questions(&bench.wired.id, runs) {
        let mut took = Vec::with_capacity(REQUESTS);
        let first = bench.api.call(Method::GET, &path, None).await?;
        for _ in 0..REQUESTS {
            let began = Instant::now();
            bench.api.call(Method::GET, &path, None).await?;
            took.push(began.elapsed());
        }
        let items = first["items"].as_array().map_or(0, Vec::len);
        figures.insert(name.to_owned(), json!({ "items": items, "latency": Percentiles::of(took) }));
    }
    Ok(Value::Object(figures))
}

fn questions(integration: &str, runs: u32) -> Vec<(&'static str, String)> {
    let some = runs / 2;
    vec![
        ("newest", "/v1/runs?limit=50".to_owned()),
        ("by_action", format!("/v1/runs?integration={integration}&action=read&limit=50")),
        ("failed", "/v1/runs?status=failed&limit=50".to_owned()),
        ("by_class", "/v1/runs?error_class=validation&limit=50".to_owned()),
        ("by_record", format!("/v1/runs?record=SEED-{some}&limit=50")),
    ]
}

/// Rows as the sink writes them, one in fifty failed, spread evenly over the days whose partitions exist.
async fn seed(bench: &Bench, runs: u32) -> anyhow::Result<()> {
    #[allow(clippy::disallowed_methods, reason = "the harness is no service")]
    let today = Utc::now().date_naive();
    let first = today - Duration::days(6);
    let mut connection = bench.database.acquire().await?;
    sqlx::query("select ensure_run_partitions($1, $2)")
        .bind(first)
        .bind(today)
        .execute(&mut *connection)
        .await?;
    let (tenant, integration) = (bench.tenant, uuid::Uuid::parse_str(&bench.wired.id)?);
    for start in (1..=runs).step_by(50_000) {
        let end = runs.min(start + 49_999);
        sqlx::query(SEED)
            .bind(tenant)
            .bind(integration)
            .bind(i64::from(start))
            .bind(i64::from(end))
            .bind(i64::from(runs))
            .bind(first)
            .execute(&mut *connection)
            .await?;
    }
    connection.execute("vacuum (analyze) runs").await?;
    connection.execute("vacuum (analyze) run_records").await?;
    Ok(())
}

/// The id is a UUID version 7 of the moment: 48 bits of milliseconds, then the number of the run.
const SEED: &str = "
with numbered as (
    select n, $6::date + (n::double precision / ($5 + 1) * interval '6 days') as at from generate_series($3, $4) as n
), made as (
    select n, at, at::date as day,
           (lpad(to_hex((extract(epoch from at at time zone 'utc') * 1000)::bigint), 12, '0') || '7' || lpad(to_hex(n % 4096), 3, '0')
            || '8' || lpad(to_hex(n), 15, '0'))::uuid as run_id
    from numbered
), stored as (
    insert into runs (tenant_id, run_id, retention_days, day, integration_id, action_key, revision, trigger, status,
                      attempt, queued_at, started_at, finished_at, records_read, created, failed,
                      error_class, error_code, error_message, error_side)
    select $1, run_id, 90, day, $2, case when n % 2 = 0 then 'read' else 'listen' end, 1,
           case when n % 2 = 0 then 'poll' else 'listen' end,
           case when n % 50 = 0 then 'failed' else 'succeeded' end, 1, at, at, at + interval '20 milliseconds', 1,
           case when n % 50 = 0 then 0 else 1 end, case when n % 50 = 0 then 1 else 0 end,
           case when n % 50 = 0 then 'validation' end, case when n % 50 = 0 then 'value_refused' end,
           case when n % 50 = 0 then 'The target refused the record: subject is required.' end,
           case when n % 50 = 0 then 'target' end
    from made
)
insert into run_records (tenant_id, run_id, retention_days, day, seq, source_key, target_key, operation, outcome)
select $1, run_id, 90, day, 0, 'SEED-' || n, case when n % 50 = 0 then null else n::text end, 'create',
       case when n % 50 = 0 then 'failed' else 'created' end
from made";
