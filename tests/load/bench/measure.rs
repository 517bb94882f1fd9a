//! What is watched while something is measured.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use reqwest::Method;
use serde_json::{Value, json};
use sqlx::PgPool;
use uuid::Uuid;

use crate::support::api::{Api, Wired};
use crate::support::ledger::Ledger;
use crate::support::stack::{SERVERS, SERVICES, Stack};
use crate::support::usage::{Watched, cpu_seconds, resident_bytes};

/// A stack, a partner system, and an integration between them.
pub struct Bench {
    pub stack: Stack,
    pub api: Api,
    pub ledger: Ledger,
    pub wired: Wired,
    pub tenant: Uuid,
    /// As the owner of the database.
    pub database: PgPool,
    services: Vec<Watched>,
    servers: Vec<Watched>,
}

impl Bench {
    /// Starts what is needed.
    pub async fn prepare() -> anyhow::Result<Self> {
        let stack = Stack::up("bench").await?;
        let (api, ledger) = (Api::of(&stack)?, Ledger::default());
        let address = ledger.serve().await?;
        let wired = api.wire(address, &format!("bench {address}")).await?;
        let me = api.call(Method::GET, "/v1/me", None).await?;
        let tenant = me["tenant"]["id"].as_str().context("no tenant")?.parse()?;
        let database = PgPool::connect(stack.text("/postgres_url")?).await?;
        let (services, servers) = (stack.watched(&SERVICES), stack.watched(&SERVERS));
        Ok(Self { stack, api, ledger, wired, tenant, database, services, servers })
    }

    /// CPU seconds so far, by process.
    pub fn cpu(&self) -> anyhow::Result<BTreeMap<String, f64>> {
        let all = self.services.iter().chain(&self.servers);
        all.map(|watched| Ok((watched.name.clone(), cpu_seconds(watched.pid)?))).collect()
    }

    /// Resident memory now, MiB, by process.
    pub fn memory(&self) -> anyhow::Result<BTreeMap<String, f64>> {
        let all = self.services.iter().chain(&self.servers);
        let mib = |bytes: u64| (bytes as f64 / 1024.0 / 1024.0 * 10.0).round() / 10.0;
        all.map(|watched| Ok((watched.name.clone(), mib(resident_bytes(watched.pid)?)))).collect()
    }

    /// Gives the planner what a database that has run for a minute has: statistics of tables that were empty.
    pub async fn analyze(&self) -> anyhow::Result<()> {
        sqlx::query("analyze").execute(&self.database).await?;
        Ok(())
    }

    /// How many runs have a row.
    pub async fn runs_stored(&self) -> anyhow::Result<i64> {
        let count =
            sqlx::query_scalar("select count(*) from runs where tenant_id = $1 and finished_at is not null");
        Ok(count.bind(self.tenant).fetch_one(&self.database).await?)
    }

    /// Waits until so many runs have a row.
    pub async fn wait_for_runs(&self, count: i64, patience: Duration) -> anyhow::Result<()> {
        let began = Instant::now();
        while self.runs_stored().await? < count {
            if began.elapsed() > patience {
                bail!("{} of {count} runs were stored after {patience:?}", self.runs_stored().await?);
            }
            tokio::time::sleep(Duration::from_millis(250)).await;
        }
        Ok(())
    }

    /// Bytes of the run history: tables with their indexes, and packs.
    pub async fn bytes_stored(&self) -> anyhow::Result<(i64, i64)> {
        let rows = sqlx::query_scalar(
            "select coalesce(sum(pg_total_relation_size(oid)), 0)::bigint from pg_class
             where relkind = 'r' and relname ~ '^(runs|run_records)_[0-9]+d_[0-9]+$'",
        );
        let packs = sqlx::query_scalar("select coalesce(sum(bytes), 0)::bigint from packs");
        Ok((rows.fetch_one(&self.database).await?, packs.fetch_one(&self.database).await?))
    }
}

/// CPU milliseconds per run of our processes and of the servers, from two readings.
pub fn cpu_per_run(before: &BTreeMap<String, f64>, after: &BTreeMap<String, f64>, runs: usize) -> Value {
    let spent = |names: &[&str]| -> f64 {
        names.iter().filter_map(|name| Some(after.get(*name)? - before.get(*name)?)).sum::<f64>() * 1000.0
            / runs as f64
    };
    let by_process: BTreeMap<_, _> = after
        .iter()
        .map(|(name, seconds)| {
            let spent = seconds - before.get(name).copied().unwrap_or_default();
            (name.clone(), round(spent * 1000.0 / runs as f64))
        })
        .collect();
    let (services, servers) = (spent(&SERVICES), spent(&SERVERS));
    json!({
        "services_ms": round(services), "servers_ms": round(servers), "all_ms": round(services + servers),
        "by_process_ms": by_process,
    })
}

/// To three digits after the point.
pub fn round(value: f64) -> f64 {
    (value * 1000.0).round() / 1000.0
}
