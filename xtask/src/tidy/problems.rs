//! Every error code owns a page, and every page a code.

use std::{collections::BTreeSet, fs, path::Path};

use anyhow::Context as _;

use super::Fault;
use crate::workspace::Workspace;

const PAGES: &str = "docs/problems";
/// Where codes are given: the domain's own, and those of the API.
const HOMES: [&str; 2] = ["crates/domain/src/error.rs", "services/gateway/src/problem/code.rs"];

/// Compares the codes in the source with the pages in the folder.
pub(super) fn check(workspace: &Workspace) -> anyhow::Result<Vec<Fault>> {
    let mut codes = BTreeSet::new();
    for home in HOMES.map(|home| workspace.root.join(home)).iter().filter(|home| home.exists()) {
        codes.extend(codes_of(&fs::read_to_string(home).with_context(|| home.display().to_string())?));
    }
    let pages = pages(&workspace.root.join(PAGES))?;
    let missing = codes.difference(&pages).map(|code| format!("{PAGES}/{code}.md is missing"));
    let stray =
        pages.difference(&codes).map(|page| format!("{PAGES}/{page}.md explains a code that does not exist"));
    Ok(missing.chain(stray).map(Fault).collect())
}

/// The words of the `ErrorCode` (or `Code`) table: `Variant = "the_code",`.
fn codes_of(source: &str) -> BTreeSet<String> {
    let tables = source.split("words! {").filter(|table| table.contains("Code as \""));
    let lines = tables.flat_map(str::lines).filter_map(|line| line.trim().strip_suffix("\","));
    lines.filter_map(|line| Some(line.split_once(" = \"")?.1.to_owned())).collect()
}

fn pages(folder: &Path) -> anyhow::Result<BTreeSet<String>> {
    let Ok(entries) = fs::read_dir(folder) else { return Ok(BTreeSet::new()) };
    let names = entries.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()));
    let names: Vec<String> = names.collect::<anyhow::Result<_>>()?;
    let pages = names.iter().filter_map(|name| name.strip_suffix(".md")).filter(|name| *name != "README");
    Ok(pages.map(str::to_owned).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_read_from_the_table_of_codes_only() {
        let source = "words! {\n Class as \"class\" {\n A = \"not_this\",\n }\n}\nwords! {\n ErrorCode as \"error code\" {\n /// Doc.\n B = \"this_one\",\n }\n}";
        assert_eq!(codes_of(source), BTreeSet::from(["this_one".to_owned()]));
    }
}
