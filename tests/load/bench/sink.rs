//! How fast the sink stores, beside a bare batched insert of the same rows.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use sqlx::Executor;

use crate::measure::{Bench, round};
use crate::support::hooks::{self, Pace};

const BATCH: i64 = 500;

/// Lets captures pile up while the sink is away, starts it, and times it; then copies the same rows in batches.
pub async fn measure(bench: &Bench, runs: usize) -> anyhow::Result<Value> {
    bench.api.collect("all", true).await?;
    bench.ledger.clear();
    let before = bench.runs_stored().await?;
    bench.stack.stop("sink").await?;
    let pace = Pace { count: runs, concurrency: 64, per_second: None, persistent: true };
    let prefix = format!("sink-{:08x}", rand::random::<u32>());
    hooks::send(&bench.api.http, &bench.wired.hook_url, &prefix, "firing", pace).await;
    while bench.ledger.len() < runs {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    tokio::time::sleep(Duration::from_secs(2)).await;
    bench.stack.start("sink").await?;
    let began = Instant::now();
    let already = bench.runs_stored().await?;
    bench.wait_for_runs(before + runs as i64, Duration::from_secs(120)).await?;
    let stored = (before + runs as i64 - already) as f64 / began.elapsed().as_secs_f64();
    let bare = bare_insert(bench, runs as i64).await?;
    Ok(json!({
        "sink_runs_per_second": round(stored), "bare_insert_rows_per_second": round(bare),
        "share_of_bare_insert": round(stored / bare),
    }))
}

/// Inserts copies of stored rows, 500 to a statement and a transaction, into a table with the same indexes.
async fn bare_insert(bench: &Bench, rows: i64) -> anyhow::Result<f64> {
    let mut connection = bench.database.acquire().await?;
    connection.execute("drop table if exists bare_runs").await?;
    connection.execute("create table bare_runs (like runs including all)").await?;
    let source: Vec<uuid::Uuid> = sqlx::query_scalar("select run_id from runs order by run_id desc limit $1")
        .bind(rows)
        .fetch_all(&mut *connection)
        .await?;
    connection.execute("create temporary table copied as select * from runs with no data").await?;
    sqlx::query("insert into copied select * from runs where run_id = any($1)")
        .bind(&source)
        .execute(&mut *connection)
        .await?;
    connection.execute("create index on copied (run_id)").await?;
    let began = Instant::now();
    for chunk in source.chunks(usize::try_from(BATCH)?) {
        sqlx::query("insert into bare_runs select * from copied where run_id = any($1)")
            .bind(chunk)
            .execute(&mut *connection)
            .await?;
    }
    let rate = rows as f64 / began.elapsed().as_secs_f64();
    connection.execute("drop table bare_runs").await?;
    Ok(rate)
}
