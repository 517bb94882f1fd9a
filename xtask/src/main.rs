//! `cargo xtask`: everything a developer, a trial user or CI runs, as one small program.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::disallowed_methods,
    reason = "a command line tool: it talks to a person, and is configured by flags and the environment"
)]

mod cargo;
mod commands;
mod demo;
mod http;
mod packages;
mod process;
mod progress;
mod secrets;
mod servers;
mod stack;
mod tidy;
mod workspace;

use std::process::ExitCode;

use clap::Parser as _;

use crate::commands::CommandLine;

fn main() -> ExitCode {
    match CommandLine::parse().run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\n✗ {error:#}");
            ExitCode::FAILURE
        }
    }
}
