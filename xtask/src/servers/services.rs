//! Our own services, and the commands of `throughline-admin`.

use std::{process::Command, time::Duration};

use crate::{
    cargo::run_logged,
    http::Client,
    stack::{Stack, Unit, of_files},
};

/// Starts one service. Health addresses are per process, so they come by the environment.
pub(crate) fn start(stack: &mut Stack, unit: Unit) -> anyhow::Result<()> {
    let kind = kind(unit);
    let binary = stack.binary(&format!("throughline-{kind}"));
    let port = if stack.process(unit.name()).is_some() {
        stack.port(unit.name())?
    } else {
        stack.port_to_bind(unit.name())?
    };
    let mut command = Command::new(&binary);
    command.current_dir(&stack.folder).arg("--config").arg(stack.config_file());
    if unit != Unit::Gateway {
        command.env(format!("THROUGHLINE__HEALTH__{}", kind.to_uppercase()), format!("127.0.0.1:{port}"));
    }
    let known = of_files(&[&binary, &stack.config_file()]);
    stack.start(unit.name(), &known, &mut command)
}

/// Waits until it says that it is ready.
pub(crate) fn await_ready(stack: &mut Stack, unit: Unit) -> anyhow::Result<()> {
    let health = Client::new(address(stack, unit)?);
    let ready = || health.answers("/readyz");
    stack.await_ready(
        unit.name(),
        Duration::from_secs(30),
        ready,
        "`cargo xtask status` shows what else is not running.",
    )
}

/// Where it answers HTTP: the API of the gateway, the health pages of the others.
pub(crate) fn address(stack: &mut Stack, unit: Unit) -> anyhow::Result<String> {
    Ok(format!("http://127.0.0.1:{}", stack.port(unit.name())?))
}

/// Runs a command of `throughline-admin` into its log.
pub(crate) fn admin(stack: &Stack, words: &[&str]) -> anyhow::Result<()> {
    run_logged(&mut admin_command(stack, words), &stack.log(&format!("admin-{}", words.join("-"))))
}

/// A command of `throughline-admin` for this stack.
pub(crate) fn admin_command(stack: &Stack, words: &[&str]) -> Command {
    let mut command = Command::new(stack.binary("throughline-admin"));
    command.arg("--config").arg(stack.config_file()).args(words);
    command
}

fn kind(unit: Unit) -> &'static str {
    match unit {
        Unit::Worker1 | Unit::Worker2 => "worker",
        other => other.name(),
    }
}
