//! Exports are whole, however large the run.

use std::io::Cursor;

use reqwest::Method;
use serde_json::Value;
use throughline_chassis::Service;
use throughline_domain::{
    Clock as _, IntegrationId, Operation, Outcome, OutcomeCounts, RetentionClass, RevisionNumber, Role,
    RunId, RunStatus, SystemClock, TriggerKind,
};
use throughline_store::runs::phases::Phases;
use throughline_store::runs::{self, FinishedRun, RecordRow, RunBatch, RunIdentity};

use super::house::House;

const RECORDS: u32 = 12_000;

async fn large_run(house: &House) -> RunId {
    let now = SystemClock.now();
    let run = RunId::new(now);
    let identity = RunIdentity {
        run,
        tenant: house.tenant().await,
        integration: IntegrationId::new(now),
        action: "open".to_owned(),
        revision: Some(RevisionNumber(1)),
        trigger: TriggerKind::Poll,
        attempt: 1,
        queued_at: now,
        caused_by: None,
        class: RetentionClass::Days7,
    };
    let record = |number: u32| RecordRow {
        source_key: format!("A-{number}"),
        target_key: None,
        source_url: None,
        target_url: None,
        operation: Some(Operation::Create),
        outcome: Outcome::Created,
        error: None,
    };
    let finished = FinishedRun {
        identity,
        started_at: Some(now),
        finished_at: now,
        status: RunStatus::Succeeded,
        counts: OutcomeCounts { read: RECORDS, created: RECORDS, ..OutcomeCounts::default() },
        error: None,
        next_attempt_at: None,
        phases: Phases::default(),
        records: (0..RECORDS).map(record).collect(),
    };
    let batch = RunBatch { finished: vec![finished], ..RunBatch::default() };
    runs::write(&house.store(Service::Sink), &batch).await.unwrap();
    run
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_has_every_record_of_the_run() {
    let house = House::open().await;
    let run = large_run(&house).await;
    let request =
        house.request(Method::GET, &format!("/v1/runs/{run}/export"), Some(house.token(Role::Viewer)));
    let response = request.send().await.unwrap();
    assert_eq!(response.status(), 200);
    let mut zip = zip::ZipArchive::new(Cursor::new(response.bytes().await.unwrap())).unwrap();
    let records: Vec<Value> = serde_json::from_reader(zip.by_name("records.json").unwrap()).unwrap();
    assert_eq!(records.len(), RECORDS as usize);
    assert_eq!(
        (&records[0]["source_key"], &records[11_999]["source_key"]),
        (&"A-0".into(), &"A-11999".into())
    );
}
