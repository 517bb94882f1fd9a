//! The command line: one file per command.

mod console;
mod down;
mod env;
mod launch;
mod real;
mod reset;
mod sqlx;
mod status;
mod test;
mod unit;
mod up;

use clap::{Parser, Subcommand};

use crate::{
    stack::{Stack, Unit},
    tidy,
    workspace::Workspace,
};

/// Runs, tests and checks Throughline on this machine.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
pub(crate) struct CommandLine {
    /// A stack apart from the usual one, with servers, data and addresses of its own.
    #[arg(long, global = true, value_name = "NAME")]
    stack: Option<String>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Starts everything: servers, services, console, a demo tenant with partner systems.
    Up(up::Up),
    /// Ends what `up` started; the data stays.
    Down,
    /// Shows what runs, and where.
    Status(status::Status),
    /// Ends what `up` started, and forgets its data.
    Reset,
    /// Runs every test: Rust, console, browser.
    Test(test::Test),
    /// Real third-party software to test against.
    Real(real::Real),
    /// Checks the layout of the code and what documents promise.
    Tidy,
    /// Kills processes and stops servers under load, and counts what was lost: nothing.
    Chaos(launch::Launch),
    /// Measures.
    Bench(launch::Launch),
    /// Starts the test servers and prints their addresses: eval "$(cargo xtask env)".
    Env(env::Env),
    /// Stops, kills or starts one process of a stack.
    Unit(unit::UnitCommand),
    /// Describes the SQL queries anew, for builds without a database (.sqlx).
    Sqlx,
}

impl CommandLine {
    /// Does it.
    pub(crate) fn run(self) -> anyhow::Result<()> {
        let workspace = Workspace::find()?;
        let stack = || Stack::open(workspace.clone(), self.stack.as_deref());
        match self.command {
            Command::Up(up) => up.run(&mut stack()?),
            Command::Down => down::run(&mut stack()?),
            Command::Status(status) => status.run(&mut stack()?),
            Command::Reset => reset::run(&mut stack()?),
            Command::Unit(unit) => unit.run(&mut stack()?),
            Command::Test(test) => test.run(&workspace),
            Command::Env(env) => env.run(workspace),
            Command::Real(real) => real.run(&workspace),
            Command::Tidy => tidy::run(&workspace),
            Command::Chaos(launch) => launch.run(&workspace, "chaos"),
            Command::Bench(launch) => launch.run(&workspace, "bench"),
            Command::Sqlx => sqlx::run(&workspace),
        }
    }
}

/// Ends every process of a stack, the last started first.
pub(crate) fn stop_all(stack: &mut Stack) -> anyhow::Result<()> {
    for unit in Unit::ALL.into_iter().rev() {
        if stack.state.processes.contains_key(unit.name()) {
            crate::progress::step(&format!("Stopping {unit}"), || unit.stop(stack))?;
        }
    }
    Ok(())
}
