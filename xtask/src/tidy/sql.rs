//! SQL lives in `store`, and nowhere else.

use super::{
    Fault,
    source::{Source, files},
};
use crate::workspace::Workspace;

/// Where SQL may be written: the store, and the test tools that make databases.
const HOMES: [&str; 2] = ["crates/store/", "crates/testkit/"];
/// UQL reads like SQL, and is none.
const UQL: &str = "crates/flow/";
const SIGNS: [&str; 6] =
    ["sqlx::", "\"select ", "\"insert into ", "\"update ", "\"delete from ", "r#\"select "];

/// Looks for queries outside their home.
pub(super) fn check(workspace: &Workspace) -> anyhow::Result<Vec<Fault>> {
    let sources = files(&workspace.root, &["crates", "services"], ".rs")?;
    let at_home = |source: &&Source| HOMES.iter().chain([&UQL]).any(|home| source.path.starts_with(home));
    // Tests may take tables away and look at what was written.
    let tests = |source: &&Source| source.path.components().any(|part| part.as_os_str() == "tests");
    let outside = sources.iter().filter(|source| !at_home(source) && !tests(source));
    Ok(outside.flat_map(check_source).collect())
}

fn check_source(source: &Source) -> Vec<Fault> {
    let lines = source.text.lines().enumerate().filter(|(_, line)| !line.trim_start().starts_with("//"));
    let queries = lines.filter(|(_, line)| {
        let line = line.to_lowercase();
        SIGNS.iter().any(|sign| line.contains(sign))
    });
    queries
        .map(|(number, line)| Fault(format!("{}:{}: {}", source.path.display(), number + 1, line.trim())))
        .collect()
}
