//! Where things are.

use std::{path::PathBuf, process::Command};

use anyhow::{Context as _, ensure};
use serde_json::Value;

/// The repository and its build folder.
#[derive(Debug, Clone)]
pub(crate) struct Workspace {
    /// The repository.
    pub(crate) root: PathBuf,
    /// Cargo's target folder, which may lie elsewhere.
    pub(crate) target: PathBuf,
    /// What `cargo metadata` says about our own packages.
    pub(crate) metadata: Value,
}

impl Workspace {
    /// Asks cargo.
    pub(crate) fn find() -> anyhow::Result<Self> {
        let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize()?;
        let asked = Command::new("cargo")
            .args(["metadata", "--no-deps", "--format-version", "1"])
            .current_dir(&root)
            .output();
        let answer = asked.context("running cargo metadata")?;
        ensure!(
            answer.status.success(),
            "cargo metadata failed: {}",
            String::from_utf8_lossy(&answer.stderr)
        );
        let metadata: Value = serde_json::from_slice(&answer.stdout)?;
        let target =
            metadata["target_directory"].as_str().context("cargo metadata names no target folder")?.into();
        Ok(Self { root, target, metadata })
    }

    /// A program that cargo built.
    pub(crate) fn binary(&self, name: &str, profile: &str) -> PathBuf {
        let folder = if profile == "dev" { "debug" } else { profile };
        self.target.join(folder).join(name)
    }
}
