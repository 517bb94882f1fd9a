//! The two workloads, and what capture costs.
//!
//! W1: a trigger starts a run; it reads one record over HTTP, maps ten fields and writes one. W2: a 2 KiB webhook, ten
//! fields mapped, one write. Both captured and durable. As peers were measured: `docs/benchmarks.md`.

use std::time::{Duration, Instant};

use chrono::Utc;
use futures_util::StreamExt;
use futures_util::stream;
use serde_json::{Value, json};
use throughline_contract::{Input, Message as _, Trigger};
use throughline_domain::{Lane, TriggerId, TriggerKind};
use throughline_queue::{Broker, Message, Publisher, Queue};

use crate::measure::{Bench, cpu_per_run, round};
use crate::support::hooks::{self, Pace, Sent};
use crate::support::percentile::Percentiles;

const PATIENCE: Duration = Duration::from_secs(300);

/// W1 and W2: throughput with everything captured, then W2's latency at half of its throughput.
pub async fn workloads(bench: &Bench, runs: usize, seconds: u64) -> anyhow::Result<Value> {
    bench.api.collect("all", true).await?;
    warm_up(bench).await?;
    bench.analyze().await?;
    let w1 = w1(bench, runs).await?;
    let w2 = w2(bench, runs, "w2").await?;
    let rate = w2["runs_per_second"].as_f64().unwrap_or(100.0) / 2.0;
    let latency = latency(bench, rate, seconds).await?;
    Ok(json!({ "w1": w1, "w2": w2, "w2_at_half_load": latency, "resident_mib": bench.memory()? }))
}

/// W2 with nothing, failures only, and everything of HTTP collected.
pub async fn capture_modes(bench: &Bench, runs: usize) -> anyhow::Result<Value> {
    let mut figures = serde_json::Map::new();
    for (name, http, payload) in [("off", "off", false), ("failures", "failures", true), ("all", "all", true)]
    {
        bench.api.collect(http, payload).await?;
        // The scheduler reads the settings with each batch; what is in flight has the old ones.
        tokio::time::sleep(Duration::from_secs(1)).await;
        figures.insert(name.to_owned(), w2(bench, runs, &format!("capture-{name}")).await?);
    }
    bench.api.collect("all", true).await?;
    Ok(Value::Object(figures))
}

async fn warm_up(bench: &Bench) -> anyhow::Result<()> {
    w2(bench, 500, "warm").await.map(drop)
}

async fn w1(bench: &Bench, runs: usize) -> anyhow::Result<Value> {
    let broker = Broker::new(bench.stack.text("/rabbitmq_url")?, "throughline-bench")?;
    let publisher = Publisher::new(&broker);
    let started = Started::now(bench).await?;
    let mut sending = stream::iter(0..runs)
        .map(|_| {
            let trigger = poll(bench);
            let message = Message::new(Trigger::NAME, trigger.id.as_uuid(), trigger.encode());
            publisher.publish(Queue::Triggers, message)
        })
        .buffer_unordered(64);
    while let Some(sent) = sending.next().await {
        sent?;
    }
    let figures = started.figures(bench, runs).await;
    broker.close().await;
    figures
}

fn poll(bench: &Bench) -> Trigger {
    #[allow(clippy::disallowed_methods, reason = "the harness is no service")]
    let now = Utc::now();
    Trigger {
        id: TriggerId::new(now),
        tenant: bench.tenant.into(),
        integration: bench.wired.id.parse().unwrap_or_else(|_| uuid::Uuid::nil().into()),
        action: "read".to_owned(),
        revision: None,
        kind: TriggerKind::Poll,
        lane: Lane::Bulk,
        accepted_at: now,
        not_before: None,
        attempt: 1,
        caused_by: None,
        input: Input::Poll,
    }
}

async fn w2(bench: &Bench, runs: usize, prefix: &str) -> anyhow::Result<Value> {
    bench.ledger.clear();
    let pace = Pace { count: runs, concurrency: 64, per_second: None, persistent: true };
    let started = Started::now(bench).await?;
    let sent = hooks::send(&bench.api.http, &bench.wired.hook_url, &unique(prefix), "firing", pace).await;
    let accepted_in = started.at.elapsed();
    let mut figures = started.figures(bench, runs).await?;
    figures["hooks_per_second"] = json!(round(runs as f64 / accepted_in.as_secs_f64()));
    figures["hook"] = json!(Percentiles::of(sent.accepted.values().map(|hook| hook.took).collect()));
    figures["hook_to_write"] = json!(to_write(bench, &sent));
    Ok(figures)
}

async fn latency(bench: &Bench, rate: f64, seconds: u64) -> anyhow::Result<Value> {
    bench.ledger.clear();
    let count = (rate * seconds as f64) as usize;
    let before = bench.runs_stored().await?;
    let pace = Pace { count, concurrency: 64, per_second: Some(rate), persistent: false };
    let sent = hooks::send(&bench.api.http, &bench.wired.hook_url, &unique("latency"), "firing", pace).await;
    bench.wait_for_runs(before + sent.accepted.len() as i64, PATIENCE).await?;
    Ok(json!({
        "per_second": round(rate), "refused": sent.refused.len(),
        "hook": Percentiles::of(sent.accepted.values().map(|hook| hook.took).collect()),
        "hook_to_write": to_write(bench, &sent),
    }))
}

/// From sending the webhook to the arrival of its write at the target.
fn to_write(bench: &Bench, sent: &Sent) -> Percentiles {
    let entries = bench.ledger.entries();
    let arrived = |(key, hook): (&String, &hooks::Accepted)| {
        entries.get(key).map(|entry| entry.first_write.saturating_duration_since(hook.at))
    };
    Percentiles::of(sent.accepted.iter().filter_map(arrived).collect())
}

/// Keys of an earlier measurement are linked already, so each has its own.
fn unique(prefix: &str) -> String {
    format!("{prefix}-{:08x}", rand::random::<u32>())
}

/// The state before a measurement.
struct Started {
    at: Instant,
    runs: i64,
    cpu: std::collections::BTreeMap<String, f64>,
    bytes: (i64, i64),
}

impl Started {
    async fn now(bench: &Bench) -> anyhow::Result<Self> {
        let (runs, bytes, cpu) = (bench.runs_stored().await?, bench.bytes_stored().await?, bench.cpu()?);
        Ok(Self { at: Instant::now(), runs, cpu, bytes })
    }

    /// Waits until the history is complete, and says what it took.
    async fn figures(self, bench: &Bench, runs: usize) -> anyhow::Result<Value> {
        bench.wait_for_runs(self.runs + runs as i64, PATIENCE).await?;
        let took = self.at.elapsed();
        let cpu = bench.cpu()?;
        let bytes = bench.bytes_stored().await?;
        Ok(json!({
            "runs": runs, "seconds": round(took.as_secs_f64()),
            "runs_per_second": round(runs as f64 / took.as_secs_f64()),
            "cpu_per_run": cpu_per_run(&self.cpu, &cpu, runs),
            "postgres_bytes_per_run": (bytes.0 - self.bytes.0) / runs as i64,
            "s3_bytes_per_run": (bytes.1 - self.bytes.1) / runs as i64,
        }))
    }
}
