//! `cargo xtask sqlx`: describes every checked query against a migrated database, so that others build without one.

use std::fs;

use anyhow::Context as _;

use super::env::{servers, test_stack};
use crate::{
    cargo::{cargo, run as run_cargo},
    progress::{loud_step, step},
    servers::postgres,
    stack::{Given, Stack},
    workspace::Workspace,
};

/// Migrates a database of its own and lets the query macros write `.sqlx` anew.
pub(super) fn run(workspace: &Workspace) -> anyhow::Result<()> {
    let mut stack = test_stack(workspace.clone(), Given::default())?;
    servers(&mut stack)?;
    // Not by our own program: a new query keeps it from being built.
    let url = step("Migrating a database", || postgres::migrated_afresh(&mut stack, "described"))?;
    loud_step("Describing the queries", || describe(&stack, &url))
}

/// The macros write a file per query when they are expanded, so the crates that have some are checked afresh.
fn describe(stack: &Stack, url: &str) -> anyhow::Result<()> {
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
    command.env("SQLX_OFFLINE", "false").env("SQLX_OFFLINE_DIR", folder).env("DATABASE_URL", url);
    run_cargo(&mut command, "A query does not fit the migrated schema.")
}
