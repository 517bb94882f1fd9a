//! `cargo xtask up`: the main job, on one machine.

use clap::Args;

use super::{console, status};
use crate::{
    cargo::build_programs,
    demo,
    packages::{self, Package},
    progress::{headline, loud_step, skipped, step},
    servers::services,
    stack::{Given, Stack, Unit, config},
};

/// What can be chosen.
#[derive(Debug, Args)]
pub(crate) struct Up {
    #[command(flatten)]
    given: Given,
    /// Build profile of the services: dev builds sooner, release runs faster.
    #[arg(long, default_value = "dev")]
    profile: String,
    /// Takes the programs as they were built last.
    #[arg(long)]
    no_build: bool,
    /// Leaves the console as it is.
    #[arg(long)]
    no_console: bool,
    /// Makes the demo tenant, but no systems and integrations.
    #[arg(long)]
    no_demo: bool,
}

impl Up {
    pub(super) fn run(self, stack: &mut Stack) -> anyhow::Result<()> {
        stack.state.given = self.given.or(&stack.state.given);
        stack.state.profile = self.profile;
        stack.state.durable = true;
        stack.save()?;
        start_servers(stack)?;
        // They start while the programs are built, which takes longer.
        if self.no_build {
            skipped("Building the services", "--no-build");
        } else {
            loud_step("Building the services", || build_programs(&stack.workspace, &stack.state.profile))?;
        }
        ready_servers(stack)?;
        if self.no_console {
            skipped("Building the console", "--no-console");
        } else {
            console::build(stack)?;
        }
        services_and_demo(stack, !self.no_demo)?;
        status::welcome(stack)
    }
}

/// Starts what the distribution brings, having installed what is missing.
pub(super) fn start_servers(stack: &mut Stack) -> anyhow::Result<()> {
    headline("Servers (private ones, under target/stack; use your own by address: `cargo xtask up --help`)");
    let needed = Unit::SERVERS.into_iter().filter(|unit| !unit.is_given(stack)).map(package);
    packages::ensure_installed(&needed.collect::<Vec<_>>())?;
    for unit in Unit::SERVERS {
        step(&format!("Starting {unit}"), || unit.start(stack))?;
    }
    Ok(())
}

/// Waits for the servers; starts S3, which is a program of ours.
pub(super) fn ready_servers(stack: &mut Stack) -> anyhow::Result<()> {
    Unit::S3.start(stack)?;
    for unit in Unit::SERVERS.into_iter().chain([Unit::S3]) {
        step(&format!("{unit} is ready"), || unit.await_ready(stack))?;
    }
    Ok(())
}

/// Prepares database and broker, starts the services, makes the demo.
pub(super) fn services_and_demo(stack: &mut Stack, with_integrations: bool) -> anyhow::Result<()> {
    headline("Throughline");
    step("Writing the configuration", || config::write(stack))?;
    step("Migrating the database", || services::admin(stack, &["migrate"]))?;
    step("Declaring exchanges and queues", || services::admin(stack, &["topology", "declare"]))?;
    start_all(stack, &Unit::SERVICES)?;
    start_all(stack, &[Unit::Playground])?;
    headline("Demo");
    demo::ensure(stack, with_integrations)
}

fn start_all(stack: &mut Stack, units: &[Unit]) -> anyhow::Result<()> {
    for unit in units {
        unit.start(stack)?;
    }
    for unit in units {
        step(&format!("{unit} is ready"), || unit.await_ready(stack))?;
    }
    Ok(())
}

fn package(unit: Unit) -> Package {
    match unit {
        Unit::Postgres => packages::POSTGRES,
        Unit::RabbitMq => packages::RABBITMQ,
        _ => packages::REDIS,
    }
}
