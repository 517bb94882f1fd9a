//! `openapi`

use std::path::PathBuf;

use anyhow::Context as _;
use serde_json::json;

use crate::Report;

pub(super) fn run(out: Option<PathBuf>) -> anyhow::Result<Report> {
    let document = throughline_gateway::document();
    let text = serde_json::to_string_pretty(&document)? + "\n";
    let Some(path) = out else { return Ok(Report::new(text, document)) };
    std::fs::write(&path, &text).with_context(|| format!("writing {}", path.display()))?;
    let shown = path.display().to_string();
    Ok(Report::new(format!("Wrote {shown}."), json!({ "file": shown })))
}
