//! `connector check`

use std::path::Path;

use anyhow::Context as _;
use serde_json::json;
use throughline_connectors::Manifest;

use crate::Report;

pub(super) fn run(file: &Path) -> anyhow::Result<Report> {
    let yaml = std::fs::read_to_string(file).with_context(|| format!("reading {}", file.display()))?;
    let manifest =
        Manifest::load(&yaml).with_context(|| format!("{} is no valid manifest", file.display()))?;
    let entities: Vec<_> = manifest.entities.keys().cloned().collect();
    let facts = json!({
        "name": manifest.name, "title": manifest.title, "status": manifest.status.as_str(),
        "verified_against": manifest.verified_against, "entities": entities.join(", "),
        "auth_kinds": manifest.auth_kinds().collect::<Vec<_>>().join(", "),
    });
    Ok(Report::facts(
        "The manifest is valid. Whether the system agrees, a test of the connection tells.",
        facts,
    ))
}
