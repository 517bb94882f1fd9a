//! The configuration as text: what is in force, and the manual.

use std::fmt::Write;

use super::Config;
use super::section::FieldDoc;

impl Config {
    /// What is in force, as a TOML file with each field explained and secrets redacted.
    pub fn print(&self) -> String {
        let mut out = String::new();
        for section in self.sections() {
            let _ = writeln!(out, "# {}\n[{}]", section.about(), section.key());
            for field in section.fields() {
                let _ = writeln!(out, "\n# {}", field.doc);
                let _ = match &field.value {
                    Some(value) => writeln!(out, "{} = {value}", field.name),
                    None => writeln!(out, "# {} = (not set)", field.name),
                };
            }
            out.push('\n');
        }
        out
    }

    /// The operator's manual: every field with its default, as Markdown (`docs/configuration.md`).
    pub fn manual() -> String {
        let mut out = MANUAL_HEAD.to_owned();
        for section in Self::default().sections() {
            let _ = writeln!(out, "\n## [{}]\n\n{}\n", section.key(), section.about());
            out.push_str("| field | what to write | default | what it does |\n| --- | --- | --- | --- |\n");
            for field in section.fields() {
                let _ = writeln!(
                    out,
                    "| `{}` | {} | {} | {} |",
                    field.name,
                    field.wants,
                    default_of(&field),
                    field.doc
                );
            }
        }
        out
    }
}

fn default_of(field: &FieldDoc) -> String {
    field.value.as_ref().map_or_else(|| "not set".to_owned(), |value| format!("`{value}`"))
}

const MANUAL_HEAD: &str = "\
# Configuration

All services read the same file, written in TOML; its path is given by `--config` or by the environment variable
`THROUGHLINE_CONFIG`. Every field can be overridden by an environment variable, `THROUGHLINE__SECTION__KEY`
(`THROUGHLINE__WORKER__CONCURRENCY=64`); lists are separated by commas there, and an empty text takes an optional field
back. Fields and sections that do not exist are refused. `throughline-admin config print` shows what is in force, without
secrets.

This page is generated from the program and checked by a test.
";
