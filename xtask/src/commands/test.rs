//! `cargo xtask test`: everything.

use std::process::Command;

use clap::Args;

use super::{
    console,
    env::{test_stack, variables},
    real, stop_all, up,
};
use crate::{
    cargo::{build_everything, cargo, run},
    packages,
    progress::{headline, loud_step, skipped, step},
    servers::{postgres, services},
    stack::{Given, Stack, Unit},
    workspace::Workspace,
};

/// What can be chosen.
#[derive(Debug, Args)]
pub(crate) struct Test {
    #[command(flatten)]
    given: Given,
    /// Leaves the test servers running, for the next time.
    #[arg(long)]
    keep: bool,
    /// Only the Rust tests.
    #[arg(long)]
    no_console: bool,
    /// No browser tests.
    #[arg(long)]
    no_browser: bool,
    /// No tests against real third-party software.
    #[arg(long)]
    no_real: bool,
    /// For nextest: a filter, options.
    #[arg(last = true)]
    nextest: Vec<String>,
}

impl Test {
    pub(super) fn run(self, workspace: &Workspace) -> anyhow::Result<()> {
        let mut stack = test_stack(workspace.clone(), self.given.clone())?;
        let result = self.everything(&mut stack);
        headline("Clearing up");
        if self.keep {
            skipped("Stopping the test servers", "--keep");
        } else {
            stop_all(&mut stack)?;
            real::down(workspace)?;
        }
        result
    }

    fn everything(&self, stack: &mut Stack) -> anyhow::Result<()> {
        up::start_servers(stack)?;
        loud_step("Building programs and tests", || build_everything(&stack.workspace))?;
        up::ready_servers(stack)?;
        self.rust(stack)?;
        if self.no_console {
            return Ok(());
        }
        headline("Console");
        console::install(stack)?;
        for script in ["lint", "api:check", "test"] {
            loud_step(&format!("npm run {script}"), || npm_run(stack, script))?;
        }
        console::build(stack)?;
        if self.no_browser { Ok(()) } else { browser(stack) }
    }

    fn rust(&self, stack: &mut Stack) -> anyhow::Result<()> {
        headline("Rust");
        ensure_nextest(stack)?;
        let mut command = cargo(&stack.workspace);
        command.args(["nextest", "run", "--workspace", "--profile", "ci"]).args(&self.nextest);
        command.envs(variables(stack)?).env("RUST_LIB_BACKTRACE", "0");
        // For tests that let sqlx make their database; queries were checked before, against .sqlx.
        command.env("DATABASE_URL", postgres::owner_url(stack)?).env("SQLX_OFFLINE", "true");
        if self.no_real {
            command.args(["-E", "not (package(throughline-tests) & test(/^real::/))"]);
        } else {
            let real = step("Real Alertmanager, Icinga 2, Redmine and Request Tracker", || {
                real::up(&stack.workspace)
            })?;
            command.envs(real);
        }
        loud_step("Unit, integration and property tests", || {
            run(&mut command, "The failing tests are listed above.")
        })
    }
}

/// Brings up a whole Throughline on the test servers and drives the console in Chromium.
fn browser(stack: &mut Stack) -> anyhow::Result<()> {
    packages::ensure_installed(&[packages::CHROMIUM])?;
    up::services_and_demo(stack, true)?;
    let gateway = services::address(stack, Unit::Gateway)?;
    let login = stack.state.demo.as_ref().map(|demo| demo.login.clone()).unwrap_or_default();
    let password =
        stack.state.secrets.as_ref().map(|secrets| secrets.login_password.clone()).unwrap_or_default();
    headline("Browser");
    loud_step("Browser tests", || {
        let mut command = console::npm(&stack.workspace);
        command
            .args(["run", "e2e"])
            .env("GATEWAY_URL", gateway)
            .env("LOGIN", login)
            .env("PASSWORD", password);
        run(&mut command, "The failing tests are listed above.")
    })
}

fn npm_run(stack: &Stack, script: &str) -> anyhow::Result<()> {
    run(console::npm(&stack.workspace).args(["run", script]), "See its output above.")
}

/// Installs the test runner into the user's cargo, where it is missing.
fn ensure_nextest(stack: &Stack) -> anyhow::Result<()> {
    let there = Command::new("cargo")
        .args(["nextest", "--version"])
        .output()
        .is_ok_and(|asked| asked.status.success());
    if there {
        return Ok(());
    }
    loud_step("Installing cargo-nextest (once)", || {
        let mut command = cargo(&stack.workspace);
        run(command.args(["install", "--locked", "cargo-nextest"]), "Is the cargo registry reachable?")
    })
}
