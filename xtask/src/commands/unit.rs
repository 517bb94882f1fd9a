//! `cargo xtask unit`: one process of a stack, for harnesses that take it away and bring it back.

use clap::{Args, ValueEnum};

use crate::{
    progress::step,
    stack::{Stack, Unit},
};

/// What to do with it.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Deed {
    /// End it in good order.
    Stop,
    /// End it as a crash would.
    Kill,
    /// Start it and wait until it is ready.
    Start,
}

/// What can be chosen.
#[derive(Debug, Args)]
pub(crate) struct UnitCommand {
    #[arg(value_enum)]
    deed: Deed,
    /// postgres, rabbitmq, redis, s3, playground, sink, worker-1, worker-2, scheduler or gateway.
    unit: Unit,
}

impl UnitCommand {
    pub(super) fn run(self, stack: &mut Stack) -> anyhow::Result<()> {
        let unit = self.unit;
        match self.deed {
            Deed::Stop => step(&format!("Stopping {unit}"), || unit.stop(stack)),
            Deed::Kill => step(&format!("Killing {unit}"), || unit.kill(stack)),
            Deed::Start => step(&format!("Starting {unit}"), || {
                unit.start(stack)?;
                unit.await_ready(stack)
            }),
        }
    }
}
