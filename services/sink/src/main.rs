//! Starts the process: `throughline-sink`.

use std::process::ExitCode;

use throughline_chassis::{Service, process};
use throughline_sink::Sink;

fn main() -> ExitCode {
    process::run(Service::Sink, |process| async move { Sink::build(&process)?.run(process).await })
}
