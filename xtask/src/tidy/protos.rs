//! Every message, field and enum value in `proto/` says what it means.

use super::{
    Fault,
    source::{Source, files},
};
use crate::workspace::Workspace;

/// Looks for declarations without a comment.
pub(super) fn check(workspace: &Workspace) -> anyhow::Result<Vec<Fault>> {
    Ok(files(&workspace.root, &["proto"], ".proto")?.iter().flat_map(check_source).collect())
}

fn check_source(source: &Source) -> Vec<Fault> {
    let mut explained = false;
    let mut faults = Vec::new();
    for (number, line) in source.text.lines().enumerate() {
        let line = line.trim();
        if is_declaration(line) && !explained && !line.contains("//") {
            faults.push(Fault(format!("{}:{}: explain `{line}`", source.path.display(), number + 1)));
        }
        explained = line.starts_with("//") || (explained && line.is_empty());
    }
    faults
}

/// A message, an enum, a oneof, or a numbered field or value.
fn is_declaration(line: &str) -> bool {
    let opens = ["message ", "enum ", "oneof "].iter().any(|word| line.starts_with(word));
    let numbered =
        line.split_once(" = ").is_some_and(|(_, rest)| rest.starts_with(|c: char| c.is_ascii_digit()));
    let statement = ["option ", "syntax ", "//", "reserved "].iter().any(|word| line.starts_with(word));
    (opens || numbered) && !statement
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_explained_is_found() {
        let text = "// A run.\nmessage Run {\n  // Its id.\n  bytes id = 1;\n  string name = 2;\n  uint32 n = 3; // How many.\n}\n";
        let faults = check_source(&Source { path: "a.proto".into(), text: text.into() });
        assert_eq!(
            faults.iter().map(|Fault(text)| text.as_str()).collect::<Vec<_>>(),
            ["a.proto:5: explain `string name = 2;`"]
        );
    }
}
