//! Golden bytes: every message ever written must be readable for ever.
//!
//! `golden/<message>.<n>.hex` holds what some version wrote. The newest one of each message must also be what this
//! version writes; when a field is added, keep the old file and add the next one.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests fail by panicking")]
#![allow(clippy::disallowed_methods, reason = "the switch that writes new golden files")]

use std::fs;
use std::path::PathBuf;

use bytes::Bytes;
use chrono::DateTime;
use proptest::prelude::*;
use throughline_contract::{
    Capture, Event, Input, Message, PhaseContent, PhaseDocument, RecordOutcome, RunFinished, RunHeader,
    RunRequest, RunStarted, SourceRecord, Stage, SystemTested, Task, TaskFailure, TaskReply, TaskRequest,
    Trigger,
};
use throughline_domain::{
    CapturePolicy, ErrorCode, Evidence, HttpCapture, Lane, Operation, Outcome, OutcomeCounts, Phase,
    Retention, RevisionNumber, RunError, RunStatus, Side, Timestamp, TriggerKind,
};
use throughline_mask::MaskedBytes;
use uuid::Uuid;

fn at(seconds: i64) -> Timestamp {
    DateTime::from_timestamp(1_800_000_000 + seconds, 0).unwrap()
}

fn id<T: From<Uuid>>(n: u128) -> T {
    T::from(Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0000 + n))
}

fn trigger(input: Input) -> Trigger {
    Trigger {
        id: id(1),
        tenant: id(2),
        integration: id(3),
        action: "open-incident".into(),
        revision: Some(RevisionNumber(7)),
        kind: TriggerKind::Listen,
        lane: Lane::Bulk,
        accepted_at: at(0),
        not_before: Some(at(60)),
        attempt: 2,
        caused_by: Some(id(4)),
        input,
    }
}

fn event() -> Input {
    let headers = vec![("content-type".into(), "application/json".into())];
    Input::Event(Event { headers, body: Bytes::from_static(br#"{"a":1}"#) })
}

fn records() -> Input {
    Input::Records(vec![SourceRecord {
        key: "43da51d7".into(),
        version: Some("2026-11-22T09:18:13Z".into()),
        url: None,
        fields: serde_json::json!({"b": 1, "a": [null, "ü"]}),
    }])
}

fn run_request() -> RunRequest {
    RunRequest {
        run: id(1),
        tenant: id(2),
        integration: id(3),
        action: "open-incident".into(),
        revision: RevisionNumber(7),
        trigger: TriggerKind::Poll,
        lane: Lane::Interactive,
        attempt: 1,
        queued_at: at(0),
        deadline: at(300),
        caused_by: None,
        input: Input::Poll,
        capture: CapturePolicy { http: HttpCapture::All, http_until: Some(at(3600)), payload: true },
        retention: Retention::default(),
    }
}

fn header() -> RunHeader {
    RunHeader {
        run: id(1),
        tenant: id(2),
        integration: id(3),
        action: "open-incident".into(),
        revision: Some(RevisionNumber(7)),
        trigger: TriggerKind::Listen,
        attempt: 1,
        queued_at: at(0),
        caused_by: Some(id(9)),
        retention: Retention::default(),
    }
}

fn error() -> RunError {
    RunError {
        code: ErrorCode::ValueRefused,
        message: "Redmine refused the issue: Subject cannot be blank".into(),
        side: Side::Target,
        evidence: Evidence {
            phase: Some(Phase::LoadHttp),
            exchange: Some("e2".into()),
            pointer: Some("/errors/0".into()),
            rule: Some("/actions/0/map/1".into()),
            record: Some("43da51d7".into()),
        },
    }
}

fn finished() -> Capture {
    let record = RecordOutcome {
        source_key: "43da51d7".into(),
        target_key: None,
        source_url: Some("https://am.example.net/#/alerts".into()),
        target_url: None,
        operation: Some(Operation::Create),
        outcome: Outcome::Failed,
        error: Some(error()),
    };
    let phase = |phase, content| PhaseDocument { phase, content, items: 1, took_us: 1500 };
    let finished = RunFinished {
        started_at: Some(at(1)),
        finished_at: at(2),
        status: RunStatus::Failed,
        counts: OutcomeCounts { read: 1, failed: 1, ..OutcomeCounts::default() },
        error: Some(error()),
        records: vec![record],
        phases: vec![
            phase(
                Phase::Status,
                PhaseContent::Captured(MaskedBytes::from_capture(Bytes::from_static(b"{}"))),
            ),
            phase(Phase::ExtractHttp, PhaseContent::NotCaptured("not collected".into())),
        ],
        next_attempt_at: Some(at(30)),
    };
    Capture { run: header(), stage: Stage::Finished(Box::new(finished)) }
}

fn started() -> Capture {
    Capture { run: header(), stage: Stage::Started(RunStarted { started_at: at(1), deadline: at(300) }) }
}

fn tested() -> TaskReply {
    TaskReply::SystemTested(SystemTested {
        message: "Redmine answered, but refused the key.".into(),
        error: Some(TaskFailure {
            code: ErrorCode::CredentialsRefused,
            message: "401".into(),
            side: Side::Target,
        }),
        identity: Some("admin".into()),
        version: None,
        exchanges: MaskedBytes::from_capture(Bytes::from_static(b"[]")),
        took_ms: 12,
    })
}

fn golden<M: Message + PartialEq + std::fmt::Debug>(name: &str, newest: u32, message: &M) {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    for version in 1..=newest {
        let file = folder.join(format!("{name}.{version}.hex"));
        if std::env::var_os("THROUGHLINE_WRITE_GOLDEN").is_some() && !file.exists() {
            fs::write(&file, hex::encode(message.encode())).unwrap();
        }
        let text = fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        let bytes = hex::decode(text.trim()).unwrap();
        assert_eq!(&M::decode(&bytes).unwrap(), message, "{name}.{version} reads back");
        if version == newest {
            assert_eq!(
                hex::encode(message.encode()),
                text.trim(),
                "{name} is written as in version {version}"
            );
        }
    }
}

#[test]
fn messages_of_every_version_read_back() {
    golden("trigger_event", 1, &trigger(event()));
    golden("trigger_records", 1, &trigger(records()));
    golden("trigger_poll", 1, &trigger(Input::Poll));
    golden("run_request", 1, &run_request());
    golden("capture_started", 1, &started());
    golden("capture_finished", 1, &finished());
    golden(
        "task_test_system",
        1,
        &TaskRequest { tenant: id(2), deadline: at(10), task: Task::TestSystem(id(5)) },
    );
    golden(
        "task_discover",
        1,
        &TaskRequest { tenant: id(2), deadline: at(10), task: Task::DiscoverSchema(id(5)) },
    );
    golden("reply_tested", 1, &tested());
    golden("reply_schema", 1, &TaskReply::SchemaDiscovered(b"[]".to_vec()));
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let _ = Trigger::decode(&bytes);
        let _ = RunRequest::decode(&bytes);
        let _ = Capture::decode(&bytes);
        let _ = TaskRequest::decode(&bytes);
        let _ = TaskReply::decode(&bytes);
    }
}

#[test]
fn a_missing_field_is_named() {
    let error = RunRequest::decode(&[]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "field `run_id` holds no valid value: invalid length: expected 16 bytes, found 0"
    );
}
