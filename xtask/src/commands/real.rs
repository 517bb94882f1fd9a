//! `cargo xtask real`: real third-party software, installed from the distribution and run on loopback.

use std::{path::PathBuf, process::Command};

use anyhow::bail;
use clap::{Args, ValueEnum};

use crate::{
    cargo::{output, run},
    workspace::Workspace,
};

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
    /// alertmanager, icinga2, redmine, request-tracker; none: all.
    names: Vec<String>,
}

const NAMES: [&str; 4] = ["alertmanager", "icinga2", "redmine", "request-tracker"];

impl Real {
    pub(super) fn run(&self, workspace: &Workspace) -> anyhow::Result<()> {
        let all = NAMES.map(str::to_owned);
        let names = if self.names.is_empty() { all.as_slice() } else { self.names.as_slice() };
        for name in names {
            if !NAMES.contains(&name.as_str()) {
                bail!("there is no real {name}, only {}", NAMES.join(", "));
            }
            run(
                &mut script(workspace, name, self.deed),
                &format!("Its logs are in {}.", logs(workspace, name).display()),
            )?;
        }
        Ok(())
    }
}

/// Starts everything; what each prints is for the environment of the tests.
pub(super) fn up(workspace: &Workspace) -> anyhow::Result<Vec<(String, String)>> {
    let mut variables = Vec::new();
    for name in NAMES {
        let printed = output(&mut script(workspace, name, Deed::Up))?;
        let pairs = printed.lines().filter_map(|line| line.split_once('='));
        variables.extend(pairs.map(|(key, value)| (key.to_owned(), value.to_owned())));
    }
    Ok(variables)
}

/// Ends what was started here.
pub(super) fn down(workspace: &Workspace) -> anyhow::Result<()> {
    let started = NAMES.into_iter().filter(|name| logs(workspace, name).exists());
    started.into_iter().try_for_each(|name| output(&mut script(workspace, name, Deed::Down)).map(drop))
}

fn script(workspace: &Workspace, name: &str, deed: Deed) -> Command {
    let deed = match deed {
        Deed::Up => "up",
        Deed::Down => "down",
        Deed::Status => "status",
    };
    let mut command = Command::new("bash");
    command
        .arg(workspace.root.join("xtask/real").join(format!("{name}.sh")))
        .arg(deed)
        .arg(folder(workspace, name));
    command
}

fn folder(workspace: &Workspace, name: &str) -> PathBuf {
    workspace.root.join("target/stack/real").join(name)
}

fn logs(workspace: &Workspace, name: &str) -> PathBuf {
    folder(workspace, name).join("log")
}
