//! `cargo xtask reset`.

use std::{fs, path::Path};

use super::stop_all;
use crate::{
    progress::step,
    stack::{Stack, Unit},
};

/// Files of a stack beside the folders of its units.
const FILES: [&str; 2] = ["state.json", "throughline.toml"];

/// Ends what was started, and removes its data. Servers that are somebody else's keep theirs.
pub(super) fn run(stack: &mut Stack) -> anyhow::Result<()> {
    stop_all(stack)?;
    step("Removing the data", || {
        if let Some(folder) = stack.state.postgres_data.take() {
            remove(&folder)?;
        }
        let folders = Unit::ALL.map(Unit::name);
        for name in folders.into_iter().chain(FILES).chain(["log"]) {
            remove(&stack.folder.join(name))?;
        }
        Ok(())
    })?;
    if Unit::ALL.iter().any(|unit| unit.is_given(stack)) {
        println!("Your own servers were left as they are.");
    }
    println!("Forgotten. `cargo xtask up` begins anew.");
    Ok(())
}

fn remove(path: &Path) -> anyhow::Result<()> {
    let removed = if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
    match removed {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    }
}
