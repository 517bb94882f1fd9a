//! The configuration as operators meet it: file, environment, faults, manual.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "a test that cannot go on fails"
)]

use std::time::Duration;

use throughline_chassis::Service;
use throughline_chassis::config::{ByteSize, Config, ConfigError, LogFormat};

fn environment(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn faults(result: Result<impl std::fmt::Debug, ConfigError>) -> Vec<String> {
    match result {
        Err(ConfigError::Faults(faults)) => faults.iter().map(ToString::to_string).collect(),
        other => panic!("expected faults, got {other:?}"),
    }
}

#[test]
fn the_environment_overrides_the_file() {
    let file = r#"
        [telemetry]
        log_format = "json"
        [worker]
        concurrency = 8
        allow_addresses = ["10.0.0.0/8"]
        [sink]
        batch_max_wait = "100ms"
        batch_max_bytes = "4MiB"
    "#;
    let overrides = [("THROUGHLINE__WORKER__CONCURRENCY", "64"), ("THROUGHLINE__S3__SECRET_KEY", "12345")];
    let config = Config::from_toml(file, environment(&overrides)).unwrap();
    assert_eq!(config.telemetry.log_format, LogFormat::Json);
    assert_eq!(config.worker.concurrency, 64);
    assert_eq!(config.worker.allow_addresses[0].to_string(), "10.0.0.0/8");
    assert_eq!(config.sink.batch_max_wait, Duration::from_millis(100));
    assert_eq!(config.sink.batch_max_bytes, ByteSize::mib(4));
    assert_eq!(config.s3.secret_key.unwrap().expose(), "12345");
}

#[test]
fn lists_and_optional_fields_can_be_overridden() {
    let file = "[telemetry]\notlp_endpoint = \"http://collector:4318\"";
    let overrides = [
        ("THROUGHLINE__WORKER__ALLOW_ADDRESSES", "127.0.0.0/8, ::1/128"),
        ("THROUGHLINE__TELEMETRY__OTLP_ENDPOINT", ""),
    ];
    let config = Config::from_toml(file, environment(&overrides)).unwrap();
    assert_eq!(config.worker.allow_addresses.len(), 2);
    assert_eq!(config.telemetry.otlp_endpoint, None);
}

#[test]
fn every_fault_is_listed_with_what_to_write() {
    let file = r#"
        stray = 1
        [worker]
        concurency = 8
        concurrency = "many"
        [workers]
        concurrency = 8
    "#;
    let overrides = environment(&[("THROUGHLINE__SINK__BATCH_MAX_WAIT", "soon"), ("THROUGHLINE__SINK", "x")]);
    let found = faults(Config::from_toml(file, overrides));
    let expect = |part: &str| assert!(found.iter().any(|fault| fault.contains(part)), "{part} in {found:#?}");
    assert_eq!(found.len(), 6);
    expect("stray: should be a section");
    expect("[worker] concurency: there is no such field; there are concurrency");
    expect("[worker] concurrency: should be a whole number");
    expect("[workers] concurrency: there is no section workers");
    expect("THROUGHLINE__SINK__BATCH_MAX_WAIT: should be a duration");
    expect("THROUGHLINE__SINK: should be THROUGHLINE__SECTION__KEY");
}

#[test]
fn a_service_says_what_it_needs() {
    let found = faults(Config::default().check(Service::Gateway));
    for part in
        ["[postgres] gateway_url", "[vault] master_key", "[s3] secret_key", "[gateway] jwt_private_key"]
    {
        assert!(found.iter().any(|fault| fault.starts_with(part)), "{part} in {found:#?}");
    }
    assert!(
        faults(Config::default().check(Service::Scheduler)).iter().all(|fault| !fault.contains("[vault]"))
    );
}

#[test]
fn fields_that_do_not_fit_together_are_found() {
    let file = "[scheduler]\ntick = \"1ms\"\n[redis]\ntimeout = \"5s\"";
    let found = faults(Config::from_toml(file, []).unwrap().check(Service::Worker));
    assert!(found.iter().any(|fault| fault.starts_with("[scheduler] tick")));
    assert!(found.iter().any(|fault| fault.starts_with("[redis] timeout")));
}

#[test]
fn what_is_printed_is_redacted_explained_and_reads_back() {
    let file = r#"
        [rabbitmq]
        url = "amqp://app:hush@mq:5672/%2f"
        [vault]
        master_key = "hush"
        previous_keys = ["k0:hush"]
    "#;
    let printed = Config::from_toml(file, []).unwrap().print();
    assert!(!printed.contains("hush"), "{printed}");
    assert!(printed.contains("url = \"amqp://app:[redacted]@mq:5672/%2f\""), "{printed}");
    assert!(
        printed.contains("# How many runs one process executes at a time.\nconcurrency = 32"),
        "{printed}"
    );
    assert!(Config::from_toml(&printed, []).is_ok());
}

/// `docs/configuration.md` is the manual; `UPDATE_DOCS=1` writes it anew.
#[allow(clippy::disallowed_methods, reason = "a switch for whoever runs the test")]
#[test]
fn the_manual_is_current() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/configuration.md");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(path, Config::manual()).unwrap();
    }
    assert_eq!(
        std::fs::read_to_string(path).unwrap_or_default(),
        Config::manual(),
        "run again with UPDATE_DOCS=1"
    );
}
