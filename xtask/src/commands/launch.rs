//! `cargo xtask chaos` and `cargo xtask bench`: the harnesses live in `tests/load`, as examples of that package.

use std::{env, process::Command};

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
        // One build for the harness and what it starts: a second selection of packages would compile dependencies anew.
        let mut build = cargo(workspace);
        build.args(["build", "--release", "--workspace", "--bins", "--examples"]);
        run(&mut build, "Read the first error above.")?;
        let mut program = Command::new(workspace.binary(&format!("examples/{harness}"), "release"));
        program.current_dir(&workspace.root).args(&self.arguments).env("XTASK", env::current_exe()?);
        run(&mut program, "See its output above.")
    }
}
