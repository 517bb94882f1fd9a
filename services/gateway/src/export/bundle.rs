//! The zip.

use std::io::{Cursor, Write as _};

use serde::Serialize;
use serde_json::Value;
use throughline_domain::{Phase, Timestamp};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::{curl, har, summary};

/// What goes into an export, but for the records: a run may have a hundred thousand.
pub(crate) struct Bundle {
    /// The run as `GET /v1/runs/{id}` shows it.
    pub(crate) run: Value,
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

/// A zip in the making: everything but `records.json`, which is last and grows page by page.
pub(crate) struct Export {
    zip: ZipWriter<Cursor<Vec<u8>>>,
    records: usize,
}

impl Export {
    /// Writes the bundle, and begins the records.
    pub(crate) fn begin(bundle: &Bundle) -> anyhow::Result<Self> {
        let mut export = Self { zip: ZipWriter::new(Cursor::new(Vec::new())), records: 0 };
        export.add("README.md", summary::markdown(bundle).as_bytes())?;
        export.add("run.json", &pretty(&bundle.run)?)?;
        for (phase, document) in &bundle.phases {
            export.add(&format!("phases/{phase}.json"), &pretty(document)?)?;
        }
        if bundle.exchanges().next().is_some() {
            export.add("http.har", &pretty(&har::archive(bundle))?)?;
            export.add("curl.sh", curl::script(bundle).as_bytes())?;
        }
        if let Some(revision) = &bundle.revision {
            export.add("revision.json", &pretty(revision)?)?;
        }
        export.add("records.json", b"[")?;
        Ok(export)
    }

    /// Writes some more records, one a line.
    pub(crate) fn records<T: Serialize>(mut self, records: &[T]) -> anyhow::Result<Self> {
        for record in records {
            self.zip.write_all(if self.records == 0 { b"\n" } else { b",\n" })?;
            serde_json::to_writer(&mut self.zip, record)?;
            self.records += 1;
        }
        Ok(self)
    }

    /// The zip.
    pub(crate) fn finish(mut self) -> anyhow::Result<Vec<u8>> {
        self.zip.write_all(b"\n]\n")?;
        Ok(self.zip.finish()?.into_inner())
    }

    /// Begins a file with this content; what is written next goes on with it.
    fn add(&mut self, name: &str, content: &[u8]) -> anyhow::Result<()> {
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
        self.zip.start_file(name, options)?;
        Ok(self.zip.write_all(content)?)
    }
}

fn pretty(value: &Value) -> anyhow::Result<Vec<u8>> {
    let mut text = serde_json::to_vec_pretty(value)?;
    text.push(b'\n');
    Ok(text)
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use serde_json::json;
    use throughline_domain::{Clock as _, SystemClock};
    use zip::ZipArchive;

    use super::*;

    fn bundle() -> Bundle {
        let exchange = json!({
            "id": "e1", "at": "2026-01-31T09:30:00.000Z", "attempt": 1, "remote_address": "127.0.0.1:443",
            "request": { "method": "POST", "url": "https://desk.example.com/i?a=b%20c", "headers": [["X-Key", "[masked:header:ab]"]],
                         "body": { "text": "{}", "content_type": "application/json", "size": 2 } },
            "response": null, "error": { "kind": "timeout", "message": "no answer" },
            "timings": { "dns_ms": 1.0, "connect_ms": 2.0, "tls_ms": 3.0, "first_byte_ms": null, "total_ms": 30.0 },
        });
        Bundle {
            run: json!({ "id": "r", "status": "failed", "phases": [], "error": { "title": "T", "code": "c" } }),
            phases: vec![(Phase::Load, json!({})), (Phase::LoadHttp, json!({ "exchanges": [exchange] }))],
            revision: Some(json!({ "name": "x" })),
            exported_at: SystemClock.now(),
        }
    }

    fn zipped(pages: &[&[Value]]) -> Vec<u8> {
        let export = Export::begin(&bundle()).unwrap();
        pages.iter().fold(export, |export, page| export.records(page).unwrap()).finish().unwrap()
    }

    fn records(zip: Vec<u8>) -> Value {
        let mut zip = ZipArchive::new(Cursor::new(zip)).unwrap();
        serde_json::from_reader(zip.by_name("records.json").unwrap()).unwrap()
    }

    #[test]
    fn records_of_all_pages_are_one_list() {
        assert_eq!(records(zipped(&[])), json!([]));
        let (one, two, three) = (json!({ "source_key": "A-1" }), json!({ "source_key": "A-2" }), json!({}));
        let pages = zipped(&[&[one.clone(), two.clone()], &[], std::slice::from_ref(&three)]);
        assert_eq!(records(pages), json!([one, two, three]));
    }

    #[test]
    fn the_zip_has_every_file_and_a_har_of_version_1_2() {
        let mut zip = ZipArchive::new(Cursor::new(zipped(&[]))).unwrap();
        let mut names: Vec<_> = zip.file_names().map(|name| name.unwrap().into_owned()).collect();
        names.sort();
        let all = [
            "README.md",
            "curl.sh",
            "http.har",
            "phases/load.json",
            "phases/load_http.json",
            "records.json",
            "revision.json",
            "run.json",
        ];
        assert_eq!(names, all);
        let mut text = String::new();
        zip.by_name("http.har").unwrap().read_to_string(&mut text).unwrap();
        let har: Value = serde_json::from_str(&text).unwrap();
        let entry = &har["log"]["entries"][0];
        assert_eq!(
            (har["log"]["version"].as_str(), entry["pageref"].as_str()),
            (Some("1.2"), Some("load_http"))
        );
        assert_eq!(entry["request"]["queryString"], json!([{ "name": "a", "value": "b c" }]));
        assert_eq!(
            (entry["response"]["status"].as_i64(), entry["serverIPAddress"].as_str()),
            (Some(0), Some("127.0.0.1"))
        );
        let sum: f64 = ["dns", "connect", "send", "wait", "receive"]
            .iter()
            .filter_map(|part| entry["timings"][part].as_f64())
            .sum();
        assert_eq!((sum, entry["timings"]["connect"].as_f64()), (30.0, Some(5.0)), "{entry:#}");
    }
}
