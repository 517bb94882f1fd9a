//! Every error code owns a page, and every page a code.

use std::{collections::BTreeSet, fs, path::Path};

use anyhow::Context as _;

use super::Fault;
use crate::workspace::Workspace;

const PAGES: &str = "docs/problems";
/// Where codes are given, and how the table begins: the domain's own, and those of the API.
const TABLES: [(&str, &str); 2] = [
    ("crates/domain/src/error.rs", "ErrorCode as "),
    ("services/gateway/src/problem/code.rs", "\nproblem_codes! {"),
];

/// What the page of a code says that no service gives, but the console itself.
const OF_THE_CONSOLE: &str = "Made by the console";

/// Compares the codes in the source with the pages in the folder.
pub(super) fn check(workspace: &Workspace) -> anyhow::Result<Vec<Fault>> {
    let mut codes = BTreeSet::new();
    for (file, table) in TABLES {
        let text = fs::read_to_string(workspace.root.join(file)).context(file)?;
        codes.extend(codes_of(&text, table));
    }
    let pages = pages(&workspace.root.join(PAGES))?;
    let missing = codes.difference(&pages).map(|code| format!("{PAGES}/{code}.md is missing"));
    let stray = pages
        .difference(&codes)
        .filter(|page| !is_of_the_console(workspace, page))
        .map(|page| format!("{PAGES}/{page}.md explains a code that does not exist"));
    Ok(missing.chain(stray).map(Fault).collect())
}

fn is_of_the_console(workspace: &Workspace, page: &str) -> bool {
    let file = workspace.root.join(PAGES).join(format!("{page}.md"));
    fs::read_to_string(file).is_ok_and(|text| text.contains(OF_THE_CONSOLE))
}

/// The codes of a table: its lines read `Variant = "the_code",…`.
fn codes_of(source: &str, table: &str) -> BTreeSet<String> {
    let rest = source.split_once(table).map_or("", |(_, rest)| rest);
    let body = rest.split_once("\n}").map_or(rest, |(body, _)| body);
    let codes = body.lines().filter_map(|line| line.split_once(" = \"")?.1.split_once('"'));
    codes.map(|(code, _)| code.to_owned()).collect()
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
    fn codes_are_read_from_their_table_only() {
        let source = "words! {\n    Class as \"class\" {\n        A = \"not_this\",\n    }\n}\n\n\
                      words! {\n    Code as \"code\" {\n        /// Doc.\n        B = \"this_one\", NOT_FOUND, \"A title\";\n    }\n}\n\
                      const C: &str = \"nor_this\";\n";
        assert_eq!(codes_of(source, "Code as "), BTreeSet::from(["this_one".to_owned()]));
    }
}
