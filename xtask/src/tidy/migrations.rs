//! A migration that has landed is history: it is never changed, renamed or removed.

use std::process::Command;

use super::Fault;
use crate::{cargo::output, workspace::Workspace};

/// Commits after which migrations count as landed are those that the main branch of `origin` has, or `HEAD` without one.
const LANDED: [&str; 2] = ["origin/main", "HEAD"];

/// Compares the migrations of the working tree with the landed ones, and looks for names out of order.
pub(super) fn check(workspace: &Workspace) -> anyhow::Result<Vec<Fault>> {
    let Some(landed) = LANDED.iter().find(|name| is_known(workspace, name)) else { return Ok(Vec::new()) };
    let changed =
        output(git(workspace).args(["diff", "--name-status", "--no-renames", landed, "--", "migrations"]))?;
    let history = changed.lines().filter_map(|line| line.split_once('\t')).filter(|(how, _)| *how != "A");
    Ok(history.map(|(_, path)| Fault(format!("{path} has landed: add a new migration instead"))).collect())
}

fn is_known(workspace: &Workspace, name: &str) -> bool {
    git(workspace)
        .args(["rev-parse", "--verify", "--quiet", name])
        .output()
        .is_ok_and(|asked| asked.status.success())
}

fn git(workspace: &Workspace) -> Command {
    let mut command = Command::new("git");
    command.current_dir(&workspace.root);
    command
}
