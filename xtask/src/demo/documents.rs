//! The demo's systems and integrations, as JSON with placeholders in braces.

use std::{collections::BTreeMap, fs, path::Path};

use anyhow::Context as _;
use serde_json::Value;

/// The systems, with the addresses of the partners put in.
pub(super) fn systems(root: &Path, addresses: &BTreeMap<&str, String>) -> anyhow::Result<Vec<Value>> {
    let text = fs::read_to_string(root.join("xtask/demo/systems.json")).context("xtask/demo/systems.json")?;
    Ok(serde_json::from_str(&filled(&text, addresses))?)
}

/// The integrations by file name, with the ids of systems put in for their names.
pub(super) fn integrations(root: &Path, systems: &BTreeMap<String, String>) -> anyhow::Result<Vec<Value>> {
    let folder = root.join("xtask/demo/integrations");
    let mut files: Vec<_> =
        fs::read_dir(&folder)?.map(|entry| Ok(entry?.path())).collect::<anyhow::Result<_>>()?;
    files.sort();
    let documents = files.iter().map(|file| {
        let text = fs::read_to_string(file)?;
        serde_json::from_str(&filled(&text, systems)).with_context(|| file.display().to_string())
    });
    documents.collect()
}

fn filled<K: AsRef<str>>(text: &str, values: &BTreeMap<K, String>) -> String {
    values
        .iter()
        .fold(text.to_owned(), |text, (name, value)| text.replace(&format!("{{{}}}", name.as_ref()), value))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn root() -> std::path::PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
    }

    #[test]
    fn every_placeholder_has_a_value() {
        let addresses = BTreeMap::from([("monitor", "http://m".to_owned()), ("desk", "http://d".to_owned())]);
        let systems = systems(&root(), &addresses).unwrap();
        let ids: BTreeMap<_, _> = systems
            .iter()
            .map(|system| (system["name"].as_str().unwrap().to_owned(), "some-id".to_owned()))
            .collect();
        let integrations = integrations(&root(), &ids).unwrap();
        assert!(integrations.len() > 8);
        for integration in integrations {
            assert_eq!(
                (&integration["source"]["system"], &integration["target"]["system"]),
                (&"some-id".into(), &"some-id".into())
            );
        }
        assert!(systems.iter().all(|system| system["base_url"].as_str().unwrap().starts_with("http://")));
    }
}
