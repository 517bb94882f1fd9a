//! `cargo xtask sqlx`: describes every checked query against a migrated database, so that others build without one.

use std::fs;

use anyhow::Context as _;

use super::env::{servers, test_stack};
use crate::{
    cargo::{cargo, run as run_cargo},
    progress::loud_step,
    servers::{postgres, services},
    stack::{Given, Stack, config},
    workspace::Workspace,
};

/// Migrates the test database and lets the query macros write `.sqlx` anew.
pub(super) fn run(workspace: &Workspace) -> anyhow::Result<()> {
    let mut stack = test_stack(workspace.clone(), Given::default())?;
    servers(&mut stack)?;
    config::write(&mut stack)?;
    run_admin_build(workspace)?;
    services::admin(&stack, &["migrate"])?;
    loud_step("Describing the queries", || describe(&mut stack))
}

fn run_admin_build(workspace: &Workspace) -> anyhow::Result<()> {
    run_cargo(cargo(workspace).args(["build", "-p", "throughline-admin"]), "Read the first error above.")
}

/// The macros write a file per query when they are expanded, so the crates that have some are checked afresh.
fn describe(stack: &mut Stack) -> anyhow::Result<()> {
    let root = stack.workspace.root.clone();
    let folder = root.join(".sqlx");
    fs::create_dir_all(&folder)?;
    for file in fs::read_dir(&folder)? {
        fs::remove_file(file?.path())?;
    }
    let library = root.join("crates/store/src/lib.rs");
    let text = fs::read(&library).context("crates/store")?;
    fs::write(&library, text)?;
    let mut command = cargo(&stack.workspace);
    command.args(["check", "-p", "throughline-store", "--all-targets"]);
    command
        .env("SQLX_OFFLINE", "false")
        .env("SQLX_OFFLINE_DIR", folder)
        .env("DATABASE_URL", postgres::owner_url(stack)?);
    run_cargo(&mut command, "A query does not fit the migrated schema.")
}
