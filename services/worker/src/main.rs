//! Starts the process: `throughline-worker`.

use std::process::ExitCode;

use throughline_chassis::{Service, process};
use throughline_worker::Worker;

fn main() -> ExitCode {
    process::run(Service::Worker, |process| async move { Worker::build(&process)?.run(process).await })
}
