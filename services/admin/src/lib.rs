//! Commands that run once and exit: migrate, topology, tenant, api-token, openapi, parked, connector check, config print,
//! rotate-keys.
//!
//! Each command is one file under `command/` and answers with a [`Report`]: text for people, or with `--json` a value for
//! programs. The binary is `throughline-admin`.

mod arguments;
mod command;
mod context;
mod report;

pub use arguments::{Arguments, Command};
pub use context::Context;
pub use report::Report;

/// Runs one command.
///
/// # Errors
/// With a sentence for the operator.
pub async fn run(context: &Context, command: Command) -> anyhow::Result<Report> {
    command::run(context, command).await
}
