//! Starts the process: `throughline-gateway`.

use std::process::ExitCode;

use throughline_chassis::{Service, process};
use throughline_gateway::Gateway;

fn main() -> ExitCode {
    process::run(Service::Gateway, |process| async move { Gateway::build(&process)?.run(&process).await })
}
