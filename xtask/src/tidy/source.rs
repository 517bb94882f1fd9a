//! The source files of the repository.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// A file and its text.
#[derive(Debug)]
pub(super) struct Source {
    /// From the root of the repository.
    pub(super) path: PathBuf,
    /// All of it.
    pub(super) text: String,
}

/// Folders that hold nothing of ours.
const NOT_OURS: [&str; 4] = ["target", "node_modules", "dist", ".git"];

/// The files below `folders` of `root` whose name ends so, sorted.
pub(super) fn files(root: &Path, folders: &[&str], ending: &str) -> anyhow::Result<Vec<Source>> {
    let mut found = Vec::new();
    for folder in folders {
        collect(root, &root.join(folder), ending, &mut found)?;
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(found)
}

fn collect(root: &Path, folder: &Path, ending: &str, found: &mut Vec<Source>) -> anyhow::Result<()> {
    let Ok(entries) = fs::read_dir(folder) else { return Ok(()) };
    for entry in entries {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_dir() {
            if !NOT_OURS.contains(&name.as_str()) {
                collect(root, &path, ending, found)?;
            }
        } else if name.ends_with(ending) {
            let text = fs::read_to_string(&path)?;
            found.push(Source { path: path.strip_prefix(root)?.to_owned(), text });
        }
    }
    Ok(())
}
