//! `cargo xtask env`: test servers for one's own `cargo nextest run`, and their addresses for tests.

use clap::Args;

use super::{stop_all, up};
use crate::{
    cargo::{cargo, run},
    servers::{postgres, rabbitmq, redis, s3},
    stack::{Given, Stack},
    workspace::Workspace,
};

/// What can be chosen.
#[derive(Debug, Args)]
pub(crate) struct Env {
    #[command(flatten)]
    given: Given,
    /// Stops the test servers instead.
    #[arg(long)]
    down: bool,
}

impl Env {
    pub(super) fn run(self, workspace: Workspace) -> anyhow::Result<()> {
        let mut stack = test_stack(workspace, self.given)?;
        if self.down {
            return stop_all(&mut stack);
        }
        servers(&mut stack)?;
        for (name, value) in variables(&mut stack)? {
            println!("export {name}='{value}'");
        }
        Ok(())
    }
}

/// The stack of the tests.
pub(super) fn test_stack(workspace: Workspace, given: Given) -> anyhow::Result<Stack> {
    let mut stack = Stack::open(workspace, Some("test"))?;
    stack.state.given = given;
    stack.save()?;
    Ok(stack)
}

/// Starts the servers that tests need.
pub(super) fn servers(stack: &mut Stack) -> anyhow::Result<()> {
    up::start_servers(stack)?;
    run(
        cargo(&stack.workspace).args(["build", "-p", "throughline-testkit", "--bins"]),
        "Read the first error above.",
    )?;
    up::ready_servers(stack)
}

/// Their addresses, as tests expect them in the environment.
pub(super) fn variables(stack: &mut Stack) -> anyhow::Result<Vec<(&'static str, String)>> {
    let s3 = s3::address(stack)?;
    let mut variables = vec![
        ("TL_POSTGRES_URL", postgres::owner_url(stack)?),
        ("TL_RABBITMQ_URL", rabbitmq::url(stack)?),
        ("TL_REDIS_URL", redis::url(stack)?),
        ("TL_S3_ENDPOINT", s3.endpoint),
        ("TL_S3_ACCESS_KEY", s3.access_key),
        ("TL_S3_SECRET_KEY", s3.secret_key),
        ("TL_S3_BUCKET", s3.bucket),
    ];
    variables.extend(rabbitmq::management_url(stack)?.map(|url| ("TL_RABBITMQ_MGMT", url)));
    Ok(variables)
}
