//! `cargo xtask chaos` and `cargo xtask bench`: the harnesses live in `tests/load`, as examples of that package.

use anyhow::ensure;
use clap::Args;

use crate::{
    cargo::{cargo, run},
    workspace::Workspace,
};

/// What the harness gets; `--help` shows its own options.
#[derive(Debug, Args)]
#[command(disable_help_flag = true)]
pub(crate) struct Launch {
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    arguments: Vec<String>,
}

impl Launch {
    /// Builds and runs the harness of that name. It starts its own stack through `cargo xtask`, in release.
    pub(super) fn run(&self, workspace: &Workspace, harness: &str) -> anyhow::Result<()> {
        let source = workspace.root.join(format!("tests/load/{harness}/main.rs"));
        ensure!(source.exists(), "the harness {} is missing", source.display());
        let mut command = cargo(workspace);
        command
            .args(["run", "--release", "-p", "throughline-tests", "--example", harness, "--"])
            .args(&self.arguments);
        run(&mut command, "See its output above.")
    }
}
