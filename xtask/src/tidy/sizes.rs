//! Sizes of files and functions: a report, not a rule.

use super::source::{Source, files};
use crate::workspace::Workspace;

const LONG_FILE: usize = 300;
const LONG_FUNCTION: usize = 50;
const FOLDERS: [&str; 4] = ["crates", "services", "tests", "xtask"];

/// Prints what is longer than pleasant.
pub(super) fn report(workspace: &Workspace) -> anyhow::Result<()> {
    let sources = files(&workspace.root, &FOLDERS, ".rs")?;
    let mut lengths: Vec<usize> = sources.iter().map(|source| source.text.lines().count()).collect();
    lengths.sort_unstable();
    let median = lengths.get(lengths.len() / 2).copied().unwrap_or(0);
    println!("  · {} Rust files, {} lines, median {median}", lengths.len(), lengths.iter().sum::<usize>());
    for source in &sources {
        let lines = source.text.lines().count();
        if lines > LONG_FILE {
            println!("      {} has {lines} lines", source.path.display());
        }
        for (name, lines) in functions(source).into_iter().filter(|(_, lines)| *lines > LONG_FUNCTION) {
            println!("      {}: fn {name} has {lines} lines", source.path.display());
        }
    }
    Ok(())
}

/// Names and lengths of functions, by the indentation that rustfmt gives them.
fn functions(source: &Source) -> Vec<(String, usize)> {
    let lines: Vec<&str> = source.text.lines().collect();
    let starts = lines.iter().enumerate().filter_map(|(at, line)| Some((at, indent(line), name(line)?)));
    let ended = starts.filter_map(|(at, depth, name)| {
        let end = lines[at..].iter().position(|line| indent(line) == depth && line.trim() == "}")?;
        Some((name.to_owned(), end + 1))
    });
    ended.collect()
}

fn name(line: &str) -> Option<&str> {
    let line = line.trim_start();
    if line.starts_with("//") || line.ends_with('}') || line.ends_with(';') {
        return None;
    }
    let rest = line.strip_prefix("fn ").or_else(|| line.split_once(" fn ").map(|(_, rest)| rest))?;
    rest.split(['(', '<']).next()
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_are_measured() {
        let text = "pub fn one() {\n    two();\n}\n\nimpl A {\n    async fn three(\n        a: u8,\n    ) {\n    }\n}\n";
        let found = functions(&Source { path: "a.rs".into(), text: text.into() });
        assert_eq!(found, [("one".to_owned(), 3), ("three".to_owned(), 4)]);
    }
}
