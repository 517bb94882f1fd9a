//! `cargo xtask chaos`: kills processes and stops servers under load, and counts what was lost or doubled: nothing.
//!
//! Real processes, real servers, real webhooks, loopback only, bounded in count and time. Each scene sends webhooks as a
//! persistent monitor does, does its harm in the middle, waits until everything has settled, and checks four promises:
//! each alert has exactly one record in the target; each 202 has its run; no run stays open; nothing is left waiting.

#![allow(clippy::print_stdout, reason = "a command of the terminal")]
#![allow(unreachable_pub, reason = "shared by two programs")]

#[path = "../support/mod.rs"]
mod support;

mod scene;
mod verdict;

use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;

use scene::{Harm, Scene};
use support::api::Api;
use support::ledger::Ledger;
use support::stack::{SERVERS, SERVICES, Stack};

/// How long the target takes to answer a create: at any moment several writes are done and not yet known.
const ANSWER: Duration = Duration::from_millis(40);

/// What to do, and how much of it.
#[derive(Debug, Parser)]
struct Options {
    /// Webhooks per scene.
    #[arg(long, default_value_t = 2000)]
    webhooks: usize,
    /// Senders at a time.
    #[arg(long, default_value_t = 32)]
    concurrency: usize,
    /// Webhooks per second over all senders.
    #[arg(long, default_value_t = 250.0)]
    rate: f64,
    /// How long a server stays away, seconds.
    #[arg(long, default_value_t = 20)]
    outage: u64,
    /// Only scenes whose name contains this.
    #[arg(long, default_value = "")]
    only: String,
    /// Leaves the stack running afterwards.
    #[arg(long)]
    keep: bool,
}

#[tokio::main]
async fn main() -> anyhow::Result<ExitCode> {
    let options = Options::parse();
    let stack = Stack::up("chaos").await?;
    let (api, ledger) = (Api::of(&stack)?, Ledger::hesitant(ANSWER));
    let address = ledger.serve().await?;
    let wired = api.wire(address, &format!("chaos {address}")).await?;
    let mut all_well = true;
    println!(
        "| scene | sent | accepted | records | doubled | missing | runs missing | runs open | settled after |"
    );
    println!("| --- | --- | --- | --- | --- | --- | --- | --- | --- |");
    for scene in scenes(options.outage).into_iter().filter(|scene| scene.name().contains(&options.only)) {
        let verdict = scene.play(&stack, &api, &ledger, &wired, &options.pace()).await?;
        println!("{verdict}");
        all_well &= verdict.is_well();
        ledger.clear();
    }
    if !options.keep {
        stack.reset().await?;
    }
    println!(
        "\n{}",
        if all_well { "Nothing was lost, nothing was doubled." } else { "A promise was broken." }
    );
    Ok(if all_well { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

impl Options {
    fn pace(&self) -> support::hooks::Pace {
        support::hooks::Pace {
            count: self.webhooks,
            concurrency: self.concurrency,
            per_second: Some(self.rate),
            persistent: true,
        }
    }
}

/// Each process killed, each server taken away.
fn scenes(outage: u64) -> Vec<Scene> {
    let mut scenes = vec![Scene { unit: None, harm: Harm::None }];
    scenes.extend(SERVICES.map(|unit| Scene { unit: Some(unit), harm: Harm::Kill }));
    scenes.extend(SERVERS.map(|unit| Scene { unit: Some(unit), harm: Harm::Outage { seconds: outage } }));
    scenes
}
