//! The zip.

use std::io::{Cursor, Write as _};

use serde_json::Value;
use throughline_domain::{Phase, Timestamp};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::{curl, har, summary};

/// What goes into an export.
pub(crate) struct Bundle {
    /// The run as `GET /v1/runs/{id}` shows it.
    pub(crate) run: Value,
    /// Its records.
    pub(crate) records: Value,
    /// The documents that were captured.
    pub(crate) phases: Vec<(Phase, Value)>,
    /// The integration document that was in force.
    pub(crate) revision: Option<Value>,
    /// When it is exported.
    pub(crate) exported_at: Timestamp,
}

impl Bundle {
    /// The exchanges of both HTTP phases, source first.
    pub(super) fn exchanges(&self) -> impl Iterator<Item = (Phase, &Value)> {
        let http = self.phases.iter().filter(|(phase, _)| phase.is_http());
        http.flat_map(|(phase, document)| {
            let all = document["exchanges"].as_array().map(Vec::as_slice).unwrap_or_default();
            all.iter().map(move |exchange| (*phase, exchange))
        })
    }
}

/// The bundle as a zip.
pub(crate) fn zipped(bundle: &Bundle) -> anyhow::Result<Vec<u8>> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let mut add = |name: &str, content: &[u8]| -> anyhow::Result<()> {
        zip.start_file(name, SimpleFileOptions::default().compression_method(CompressionMethod::Deflated))?;
        Ok(zip.write_all(content)?)
    };
    add("README.md", summary::markdown(bundle).as_bytes())?;
    add("run.json", &pretty(&bundle.run)?)?;
    add("records.json", &pretty(&bundle.records)?)?;
    for (phase, document) in &bundle.phases {
        add(&format!("phases/{phase}.json"), &pretty(document)?)?;
    }
    if bundle.exchanges().next().is_some() {
        add("http.har", &pretty(&har::archive(bundle))?)?;
        add("curl.sh", curl::script(bundle).as_bytes())?;
    }
    if let Some(revision) = &bundle.revision {
        add("revision.json", &pretty(revision)?)?;
    }
    Ok(zip.finish()?.into_inner())
}

fn pretty(value: &Value) -> anyhow::Result<Vec<u8>> {
    let mut text = serde_json::to_vec_pretty(value)?;
    text.push(b'\n');
    Ok(text)
}
