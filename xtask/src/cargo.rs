//! Running cargo, npm and our own programs.

use std::{
    env,
    ffi::OsStr,
    fs::File,
    path::Path,
    process::{Command, Stdio},
};

use anyhow::{Context as _, bail};

use crate::{progress::tail, workspace::Workspace};

/// The programs that make up a running Throughline, and the two of the playground.
const PACKAGES: [&str; 6] = ["gateway", "scheduler", "worker", "sink", "admin", "testkit"];

/// Builds every program at once; cargo shows its own progress.
pub(crate) fn build_programs(workspace: &Workspace, profile: &str) -> anyhow::Result<()> {
    let mut command = cargo(workspace);
    command.args(["build", "--bins", "--profile", profile]);
    for package in PACKAGES {
        command.args(["-p", &format!("throughline-{package}")]);
    }
    run(&mut command, "Read the first error above; `cargo check` gives the same without building.")
}

/// Builds all programs and all tests, with the features that the test runner will ask for.
pub(crate) fn build_everything(workspace: &Workspace) -> anyhow::Result<()> {
    run(cargo(workspace).args(["build", "--workspace", "--all-targets"]), "Read the first error above.")
}

/// Cargo in the repository. Queries are checked against the committed descriptions: no database is needed to build.
pub(crate) fn cargo(workspace: &Workspace) -> Command {
    let mut command = Command::new("cargo");
    command.current_dir(&workspace.root).env("SQLX_OFFLINE", "true").env_remove("DATABASE_URL");
    // What `cargo run` told us about ourselves would be news to build scripts, which would then compile *ring*, and all
    // that stands on it, anew at each change between `cargo` and `cargo xtask`.
    for (name, _) in env::vars_os().filter(|(name, _)| about_this_package(&name.to_string_lossy())) {
        command.env_remove(name);
    }
    command
}

fn about_this_package(name: &str) -> bool {
    name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_") || name == "OUT_DIR"
}

/// Runs a command whose output a person should see.
pub(crate) fn run(command: &mut Command, what_to_do: &str) -> anyhow::Result<()> {
    let status =
        command.stdin(Stdio::null()).status().with_context(|| format!("starting {}", spelled(command)))?;
    if !status.success() {
        bail!("{} failed. {what_to_do}", spelled(command));
    }
    Ok(())
}

/// Runs a command into a log; when it fails, the end of the log is part of the error.
pub(crate) fn run_logged(command: &mut Command, log: &Path) -> anyhow::Result<()> {
    let output = File::create(log).with_context(|| format!("making {}", log.display()))?;
    let errors = output.try_clone()?;
    let status = command.stdin(Stdio::null()).stdout(output).stderr(errors).status();
    let status = status.with_context(|| format!("starting {}", spelled(command)))?;
    if !status.success() {
        bail!("{} failed. Its output is in {}", spelled(command), tail(log));
    }
    Ok(())
}

/// Runs a command and gives what it printed.
pub(crate) fn output(command: &mut Command) -> anyhow::Result<String> {
    let result =
        command.stdin(Stdio::null()).output().with_context(|| format!("starting {}", spelled(command)))?;
    if !result.status.success() {
        bail!("{} failed: {}", spelled(command), String::from_utf8_lossy(&result.stderr).trim());
    }
    Ok(String::from_utf8_lossy(&result.stdout).into_owned())
}

/// The program and its first words, without anything secret that may follow.
fn spelled(command: &Command) -> String {
    let program = Path::new(command.get_program()).file_name().unwrap_or_default();
    let words = command.get_args().take(2).map(OsStr::to_string_lossy);
    std::iter::once(program.to_string_lossy()).chain(words).collect::<Vec<_>>().join(" ")
}
