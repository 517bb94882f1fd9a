//! Embeds `docs/problems/*.md`: one array of codes and texts, sorted by code.

use std::fmt::Write as _;
use std::path::PathBuf;

#[allow(clippy::disallowed_methods, clippy::print_stdout, reason = "how build scripts talk to cargo")]
fn main() -> anyhow::Result<()> {
    let root = PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let folder = root.join("../../docs/problems").canonicalize()?;
    println!("cargo::rerun-if-changed={}", folder.display());
    let mut pages = Vec::new();
    for entry in std::fs::read_dir(&folder)? {
        let path = entry?.path();
        let code = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default().to_owned();
        if path.extension().is_some_and(|extension| extension == "md") && code != "README" {
            pages.push((code, path));
        }
    }
    pages.sort();
    let mut source = String::from("const PROBLEM_PAGES: &[(&str, &str)] = &[\n");
    for (code, path) in pages {
        writeln!(source, "    ({code:?}, include_str!({:?})),", path.display().to_string())?;
    }
    source.push_str("];\n");
    let out = PathBuf::from(std::env::var_os("OUT_DIR").unwrap_or_default());
    Ok(std::fs::write(out.join("problem_pages.rs"), source)?)
}
