//! A whole Throughline of real processes, started and taken apart through `cargo xtask`.

use std::path::PathBuf;
use std::process::Stdio;

use anyhow::{Context, ensure};
use serde_json::Value;
use tokio::process::Command;

use super::usage::Watched;

/// Our own processes.
pub const SERVICES: [&str; 5] = ["gateway", "scheduler", "worker-1", "worker-2", "sink"];
/// The servers that they need.
pub const SERVERS: [&str; 4] = ["postgres", "rabbitmq", "redis", "s3"];

/// A named stack, apart from that of `cargo xtask up`.
#[derive(Debug, Clone)]
pub struct Stack {
    name: &'static str,
    /// What `status --json` says.
    pub status: Value,
}

impl Stack {
    /// Starts everything in release, as it was built with the harness, without a demo; a stack of that name that runs already is used as it is.
    pub async fn up(name: &'static str) -> anyhow::Result<Self> {
        xtask(&["up", "--stack", name, "--profile", "release", "--no-build", "--no-console", "--no-demo"])
            .await?;
        let mut stack = Self { name, status: Value::Null };
        stack.refresh().await?;
        Ok(stack)
    }

    /// Reads addresses and process ids anew.
    pub async fn refresh(&mut self) -> anyhow::Result<()> {
        let output =
            command(&["status", "--stack", self.name, "--json"])?.stderr(Stdio::inherit()).output().await?;
        ensure!(output.status.success(), "cargo xtask status failed");
        self.status = serde_json::from_slice(&output.stdout).context("cargo xtask status --json")?;
        Ok(())
    }

    /// Ends one process as a crash would.
    pub async fn kill(&self, unit: &str) -> anyhow::Result<()> {
        xtask(&["unit", "kill", unit, "--stack", self.name]).await
    }

    /// Ends one process in good order.
    pub async fn stop(&self, unit: &str) -> anyhow::Result<()> {
        xtask(&["unit", "stop", unit, "--stack", self.name]).await
    }

    /// Starts one process and waits until it is ready.
    pub async fn start(&self, unit: &str) -> anyhow::Result<()> {
        xtask(&["unit", "start", unit, "--stack", self.name]).await
    }

    /// Ends everything and forgets its data.
    pub async fn reset(&self) -> anyhow::Result<()> {
        xtask(&["reset", "--stack", self.name]).await
    }

    /// A text of the status.
    pub fn text(&self, pointer: &str) -> anyhow::Result<&str> {
        self.status
            .pointer(pointer)
            .and_then(Value::as_str)
            .with_context(|| format!("cargo xtask status --json has no {pointer}"))
    }

    /// The processes of these names that run.
    pub fn watched(&self, names: &[&str]) -> Vec<Watched> {
        let pid = |name: &&str| {
            let pid = self.status.pointer(&format!("/processes/{name}/pid")).and_then(Value::as_u64)?;
            Some(Watched { name: (*name).to_owned(), pid: u32::try_from(pid).ok()? })
        };
        names.iter().filter_map(pid).collect()
    }
}

async fn xtask(words: &[&str]) -> anyhow::Result<()> {
    let done = command(words)?.stdout(Stdio::null()).status().await?;
    ensure!(done.success(), "cargo xtask {} failed", words.join(" "));
    Ok(())
}

/// The program of `cargo xtask` that started this one; without it, cargo's.
fn command(words: &[&str]) -> anyhow::Result<Command> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    #[allow(clippy::disallowed_methods, reason = "the harness is no service")]
    let mut command = std::env::var_os("XTASK").map_or_else(cargo_xtask, Command::new);
    command.current_dir(root.parent().context("the repository")?).args(words);
    Ok(command)
}

fn cargo_xtask() -> Command {
    let mut command = Command::new("cargo");
    command.arg("xtask");
    command
}
