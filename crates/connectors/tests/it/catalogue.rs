//! The built-in manifests, and the schema of manifests.

use std::path::PathBuf;

use throughline_connectors::{Catalogue, Manifest, manifest_schema};

fn schema_file() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../connectors/schema.json")
}

fn schema_text() -> String {
    format!("{}\n", serde_json::to_string_pretty(&manifest_schema()).unwrap())
}

#[test]
fn every_builtin_manifest_loads() {
    let catalogue = Catalogue::builtin().unwrap();
    let names: Vec<_> = catalogue.iter().map(|manifest| manifest.name.as_str()).collect();
    assert_eq!(
        names,
        [
            "alertmanager",
            "http",
            "icinga2",
            "playground-desk",
            "playground-monitor",
            "redmine",
            "request-tracker"
        ]
    );
}

#[test]
fn the_schema_file_is_current() {
    let current = std::fs::read_to_string(schema_file()).unwrap_or_default();
    assert!(
        current == schema_text(),
        "run: cargo test -p throughline-connectors --test it -- --ignored writes_the_schema"
    );
}

#[test]
#[ignore = "writes connectors/schema.json"]
fn writes_the_schema() {
    std::fs::write(schema_file(), schema_text()).unwrap();
}

#[test]
fn every_builtin_manifest_meets_the_schema() {
    let validator = jsonschema::validator_for(&manifest_schema()).unwrap();
    let folder = schema_file().parent().unwrap().to_owned();
    for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
        if entry.path().extension().is_some_and(|extension| extension == "yaml") {
            let yaml = std::fs::read_to_string(entry.path()).unwrap();
            let document: serde_json::Value = serde_saphyr::from_str(&yaml).unwrap();
            let faults: Vec<_> =
                validator.iter_errors(&document).map(|e| format!("{} {e}", e.instance_path())).collect();
            assert!(faults.is_empty(), "{}: {faults:?}", entry.path().display());
        }
    }
}

#[test]
fn forms_are_json_schemas() {
    let catalogue = Catalogue::builtin().unwrap();
    for manifest in catalogue.iter() {
        for schema in [manifest.settings_schema(), manifest.credentials_schema()] {
            jsonschema::validator_for(&schema).unwrap();
        }
    }
    let redmine = catalogue.get("redmine").unwrap().credentials_schema();
    assert_eq!(redmine["properties"]["api_key"]["writeOnly"], true);
    assert_eq!(redmine["properties"]["username"]["writeOnly"], serde_json::Value::Null);
    assert_eq!(redmine["anyOf"][0]["required"][0], "api_key");
}

#[test]
fn faults_of_a_manifest_say_where() {
    let fault = |yaml: &str| Manifest::load(yaml).unwrap_err().to_string();
    let start = "name: x\ntitle: X\nstatus: generic\n";
    assert!(fault(&format!("{start}entities: {{}}\nsurprise: 1\n")).contains("surprise"));
    assert!(
        fault(&format!("{start}entities: {{a: {{label: A, key: \"{{{{ raw. }}}}\"}}}}")).contains("raw.")
    );
    let unknown = fault(&format!(
        "{start}entities: {{a: {{label: A, key: k, changed_at: z, fields: [{{path: b, label: B}}]}}}}"
    ));
    assert!(unknown.contains("entities.a.changed_at") && unknown.contains("`z`"), "{unknown}");
    assert!(fault("name: x\ntitle: X\nstatus: verified\nentities: {}\n").contains("verified_against"));
    let rules =
        |rule: &str| fault(&format!("{start}errors: {{rules: [{{when: 'true', {rule}}}]}}\nentities: {{}}"));
    for rule in ["any_status: true", "accept: true, code: value_refused"] {
        assert!(rules(rule).contains("errors.rules.0: either a `code`"), "{}", rules(rule));
    }
    let then = "create: {request: {path: /a}, then: [{request: {path: /b}}]}";
    assert!(
        fault(&format!("{start}entities: {{a: {{label: A, key: k, {then}}}}}"))
            .contains("`then` is for updates")
    );
}
