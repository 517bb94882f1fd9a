//! `cargo xtask real`: real third-party software, installed from the distribution and run on loopback.

use std::process::Command;

use anyhow::bail;
use clap::{Args, ValueEnum};

use crate::{cargo::run, workspace::Workspace};

/// What to do with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Deed {
    /// Installs what is missing, starts it, makes accounts; prints KEY=VALUE.
    Up,
    /// Ends it; the data stays.
    Down,
    /// Says whether it runs, and prints KEY=VALUE again.
    Status,
}

/// What can be chosen.
#[derive(Debug, Args)]
pub(crate) struct Real {
    #[arg(value_enum)]
    deed: Deed,
    /// alertmanager, redmine; none: all.
    names: Vec<String>,
}

const NAMES: [&str; 2] = ["alertmanager", "redmine"];

impl Real {
    pub(super) fn run(&self, workspace: &Workspace) -> anyhow::Result<()> {
        let all = NAMES.map(str::to_owned);
        let names = if self.names.is_empty() { all.as_slice() } else { self.names.as_slice() };
        names.iter().try_for_each(|name| self.one(workspace, name))
    }

    fn one(&self, workspace: &Workspace, name: &str) -> anyhow::Result<()> {
        if !NAMES.contains(&name) {
            bail!("there is no real {name}, only {}", NAMES.join(", "));
        }
        let deed = match self.deed {
            Deed::Up => "up",
            Deed::Down => "down",
            Deed::Status => "status",
        };
        let script = workspace.root.join("xtask/real").join(format!("{name}.sh"));
        let data = workspace.root.join("target/stack/real").join(name);
        let mut command = Command::new("bash");
        run(
            command.arg(script).arg(deed).arg(&data),
            &format!("Its logs are in {}.", data.join("log").display()),
        )
    }
}
