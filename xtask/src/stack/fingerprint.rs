//! Whether something has changed: content for sources, size and time for programs.

use std::{
    fs,
    hash::{DefaultHasher, Hash as _, Hasher as _},
    path::Path,
};

/// Of files, by size and time of their last change.
pub(crate) fn of_files(files: &[&Path]) -> String {
    let mut hasher = DefaultHasher::new();
    for file in files {
        let known = fs::metadata(file).ok();
        known.as_ref().map(fs::Metadata::len).hash(&mut hasher);
        known.and_then(|known| known.modified().ok()).hash(&mut hasher);
    }
    format!("{:016x}", hasher.finish())
}

/// Of the content of a folder, without the folders named in `except`.
pub(crate) fn of_folder(folder: &Path, except: &[&str]) -> std::io::Result<String> {
    let mut hasher = DefaultHasher::new();
    hash_folder(folder, except, &mut hasher)?;
    Ok(format!("{:016x}", hasher.finish()))
}

fn hash_folder(folder: &Path, except: &[&str], hasher: &mut DefaultHasher) -> std::io::Result<()> {
    let mut entries: Vec<_> = fs::read_dir(folder)?.collect::<Result<_, _>>()?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let name = entry.file_name();
        if except.iter().any(|skipped| name == *skipped) {
            continue;
        }
        name.hash(hasher);
        match entry.file_type()?.is_dir() {
            true => hash_folder(&entry.path(), except, hasher)?,
            false => fs::read(entry.path())?.hash(hasher),
        }
    }
    Ok(())
}
