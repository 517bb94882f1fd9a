//! Building the console.

use std::process::Command;

use anyhow::{Context as _, bail};

use crate::{
    cargo::{output, run_logged},
    progress::{skipped, step},
    stack::{Stack, of_folder},
    workspace::Workspace,
};

/// What does not go into a build.
const NOT_SOURCE: &[&str] = &["node_modules", "dist", "e2e"];

/// Builds the console, unless nothing has changed.
pub(super) fn build(stack: &mut Stack) -> anyhow::Result<()> {
    let folder = stack.workspace.root.join("console");
    let source = of_folder(&folder, NOT_SOURCE)?;
    if stack.state.console.as_ref() == Some(&source) && folder.join("dist/index.html").exists() {
        skipped("Building the console", "unchanged");
        return Ok(());
    }
    install(stack)?;
    step("Building the console", || {
        run_logged(npm(&stack.workspace).args(["run", "build"]), &stack.log("console"))
    })?;
    stack.state.console = Some(source);
    stack.save()
}

/// Installs the console's packages, exactly as locked, unless they are there.
pub(super) fn install(stack: &Stack) -> anyhow::Result<()> {
    require_node()?;
    let folder = stack.workspace.root.join("console");
    let lock =
        std::fs::read(folder.join("package-lock.json")).context("console/package-lock.json is missing")?;
    let stamp = folder.join("node_modules/.installed-lock");
    if std::fs::read(&stamp).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    step("Installing the console's packages", || {
        let mut command = npm(&stack.workspace);
        run_logged(command.args(["ci", "--no-audit", "--no-fund"]), &stack.log("npm"))?;
        Ok(std::fs::write(&stamp, lock)?)
    })
}

/// `npm` in the console's folder.
pub(super) fn npm(workspace: &Workspace) -> Command {
    let mut command = Command::new("npm");
    command.current_dir(workspace.root.join("console"));
    command
}

fn require_node() -> anyhow::Result<()> {
    let version = output(Command::new("node").arg("--version"));
    let version =
        version.context("Node.js 20.19 or later is needed for the console (or give --no-console)")?;
    let numbers: Vec<u32> =
        version.trim().trim_start_matches('v').split('.').filter_map(|n| n.parse().ok()).collect();
    if numbers.as_slice() < &[20, 19] {
        bail!("Node.js {} is too old: 20.19 or later is needed for the console", version.trim());
    }
    Ok(())
}
