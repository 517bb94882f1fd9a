//! How fast the sink stores, beside a bare batched insert of the same rows.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, Executor, PgConnection};

use crate::measure::{Bench, round};
use crate::support::hooks::{self, Pace};

const BATCH: usize = 500;

/// Lets captures pile up while the sink is away, starts it, and times it; then inserts the same rows bare.
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
        "sink_runs_per_second": round(stored), "bare_insert_runs_per_second": round(bare),
        "share_of_bare_insert": round(stored / bare),
    }))
}

/// Inserts the same rows again, as a client that does nothing else: 500 runs to a transaction, one statement per table,
/// into tables with the same indexes. Runs per second.
async fn bare_insert(bench: &Bench, runs: i64) -> anyhow::Result<f64> {
    let ids: Vec<uuid::Uuid> = sqlx::query_scalar("select run_id from runs order by run_id desc limit $1")
        .bind(runs)
        .fetch_all(&bench.database)
        .await?;
    let tables = [Copied::of(bench, "runs").await?, Copied::of(bench, "run_records").await?];
    let mut took = Duration::ZERO;
    for chunk in ids.chunks(BATCH) {
        let batch = [tables[0].rows(bench, chunk).await?, tables[1].rows(bench, chunk).await?];
        let began = Instant::now();
        let mut tx = bench.database.begin().await?;
        for (table, columns) in tables.iter().zip(&batch) {
            table.insert(&mut tx, columns).await?;
        }
        tx.commit().await?;
        took += began.elapsed();
    }
    for table in &tables {
        table.drop(bench).await?;
    }
    Ok(ids.len() as f64 / took.as_secs_f64())
}

/// A table, and an empty one like it.
struct Copied {
    name: &'static str,
    /// Names and types.
    columns: Vec<(String, String)>,
}

impl Copied {
    async fn of(bench: &Bench, name: &'static str) -> anyhow::Result<Self> {
        let create =
            format!("drop table if exists bare_{name}; create table bare_{name} (like {name} including all)");
        bench.database.execute(AssertSqlSafe(create)).await?;
        let columns = sqlx::query_as(
            "select attname::text, format_type(atttypid, atttypmod) from pg_attribute
             where attrelid = $1::regclass and attnum > 0 and not attisdropped order by attnum",
        );
        Ok(Self { name, columns: columns.bind(name).fetch_all(&bench.database).await? })
    }

    /// The rows of these runs as text, one list per column.
    async fn rows(&self, bench: &Bench, runs: &[uuid::Uuid]) -> anyhow::Result<Vec<Vec<Option<String>>>> {
        let mut lists = Vec::with_capacity(self.columns.len());
        for (column, _) in &self.columns {
            let list =
                format!("select {column}::text from {} where run_id = any($1) order by ctid", self.name);
            lists.push(sqlx::query_scalar(AssertSqlSafe(list)).bind(runs).fetch_all(&bench.database).await?);
        }
        Ok(lists)
    }

    async fn insert(
        &self,
        connection: &mut PgConnection,
        lists: &[Vec<Option<String>>],
    ) -> anyhow::Result<()> {
        let each = |piece: &dyn Fn(usize, &str, &str) -> String| {
            let pieces = self.columns.iter().enumerate();
            pieces.map(|(at, (name, kind))| piece(at + 1, name, kind)).collect::<Vec<_>>().join(", ")
        };
        let insert = format!(
            "insert into bare_{} ({}) select {} from unnest({}) as row ({})",
            self.name,
            each(&|_, name, _| name.to_owned()),
            each(&|_, name, kind| format!("row.{name}::{kind}")),
            each(&|at, _, _| format!("${at}::text[]")),
            each(&|_, name, _| name.to_owned()),
        );
        let query = lists.iter().fold(sqlx::query(AssertSqlSafe(insert)), |query, list| query.bind(list));
        query.execute(connection).await?;
        Ok(())
    }

    async fn drop(&self, bench: &Bench) -> anyhow::Result<()> {
        bench.database.execute(AssertSqlSafe(format!("drop table bare_{}", self.name))).await?;
        Ok(())
    }
}
