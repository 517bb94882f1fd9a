//! Starts the scheduler: `throughline-scheduler --config FILE`.

use std::process::ExitCode;

use throughline_chassis::{Service, process};
use throughline_scheduler::Scheduler;

fn main() -> ExitCode {
    process::run(Service::Scheduler, |process| async move { Scheduler::build(&process)?.run(process).await })
}
