//! `cargo xtask bench`: measures a whole Throughline on this machine, and prints and stores the figures as JSON.
//!
//! Release build, real RabbitMQ, Postgres, Redis and S3 protocol, durable at every step, loopback only, bounded in count
//! and time. The load generator and the partner system run in this process; their CPU time is not counted. Figures of the
//! broker and of the database alone, taken in the same run, stand beside ours, so that machines can be compared.

#![allow(clippy::print_stdout, reason = "a command of the terminal")]
#![allow(unreachable_pub, reason = "shared by two programs")]

#[path = "../support/mod.rs"]
mod support;

mod history;
mod limits;
mod measure;
mod report;
mod ring;
mod sink;

use std::path::PathBuf;

use clap::Parser;
use serde_json::{Map, Value, json};

use measure::Bench;

/// What to measure, and how much of it.
#[derive(Debug, Parser)]
struct Options {
    /// Runs per throughput measurement.
    #[arg(long, default_value_t = 6000)]
    runs: usize,
    /// Seconds of each latency measurement.
    #[arg(long, default_value_t = 20)]
    seconds: u64,
    /// Runs to seed before list and search are timed.
    #[arg(long, default_value_t = 1_000_000)]
    history: u32,
    /// Only these parts: ring, capture, sink, history, limits.
    #[arg(long, value_delimiter = ',', default_value = "limits,ring,capture,sink,history")]
    parts: Vec<String>,
    /// Where the figures are stored.
    #[arg(long, default_value = "target/bench.json")]
    out: PathBuf,
    /// Leaves the stack running afterwards.
    #[arg(long)]
    keep: bool,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let options = Options::parse();
    let bench = Bench::prepare().await?;
    let mut figures = Map::new();
    figures.insert("machine".to_owned(), report::machine());
    for part in &options.parts {
        let figure = match part.as_str() {
            "limits" => limits::measure(&bench).await?,
            "ring" => ring::workloads(&bench, options.runs, options.seconds).await?,
            "capture" => ring::capture_modes(&bench, options.runs).await?,
            "sink" => sink::measure(&bench, options.runs).await?,
            "history" => history::measure(&bench, options.history).await?,
            other => json!({ "unknown part": other }),
        };
        println!("{part}: {figure:#}");
        figures.insert(part.clone(), figure);
        report::store(&options.out, &Value::Object(figures.clone()))?;
    }
    println!("stored in {}", options.out.display());
    if !options.keep {
        bench.stack.reset().await?;
    }
    Ok(())
}
