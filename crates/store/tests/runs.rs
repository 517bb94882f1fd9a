//! The run history, with the roles of the services that use it, so grants and row-level security take part.
#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

use std::time::Duration;

use chrono::TimeDelta;
use throughline_domain::{
    Clock, ErrorCode, Evidence, IntegrationId, Operation, Outcome, OutcomeCounts, PackId, Phase,
    RetentionClass, RevisionNumber, RunError, RunId, RunStatus, Side, SystemClock, TenantId, Timestamp,
    TriggerKind,
};
use throughline_store::runs::packs::{self, PackRow};
use throughline_store::runs::phases::{PhaseEntry, PhaseState, Phases, Pointer};
use throughline_store::runs::{
    self, FinishedRun, RecordRow, RunBatch, RunFilter, RunIdentity, RunPage, StartedRun, StatsWindow,
};
use throughline_store::{Store, StoreError};
use throughline_testkit::stack::{Database, Servers};

struct Fixture {
    database: Database,
    sink: Store,
    gateway: Store,
    tenant: TenantId,
    integration: IntegrationId,
}

impl Fixture {
    async fn new() -> Self {
        let database = Database::create(&Servers::from_env().unwrap()).await.unwrap();
        let store = |role: &str| Store::connect(&database.url_of(role), 4).unwrap();
        Self {
            sink: store("throughline_sink"),
            gateway: store("throughline_gateway"),
            tenant: TenantId::new(now()),
            integration: IntegrationId::new(now()),
            database,
        }
    }

    fn identity(&self, at: Timestamp) -> RunIdentity {
        RunIdentity {
            run: RunId::new(at),
            tenant: self.tenant,
            integration: self.integration,
            action: "open".to_owned(),
            revision: Some(RevisionNumber(3)),
            trigger: TriggerKind::Listen,
            attempt: 1,
            queued_at: at,
            caused_by: None,
            class: RetentionClass::Days90,
        }
    }

    fn run(&self) -> FinishedRun {
        self.run_at(now())
    }

    fn run_at(&self, at: Timestamp) -> FinishedRun {
        FinishedRun {
            identity: self.identity(at),
            started_at: Some(at),
            finished_at: at + TimeDelta::milliseconds(120),
            status: RunStatus::Succeeded,
            counts: OutcomeCounts { read: 1, created: 1, ..OutcomeCounts::default() },
            error: None,
            next_attempt_at: None,
            phases: Phases::default(),
            records: vec![record("A-1", "7")],
        }
    }

    fn failed(&self) -> FinishedRun {
        let error = RunError {
            code: ErrorCode::ValueRefused,
            message: "Priority is invalid".to_owned(),
            side: Side::Target,
            evidence: Evidence {
                phase: Some(Phase::LoadHttp),
                exchange: Some("e2".to_owned()),
                rule: Some("/actions/0/map/3".to_owned()),
                ..Evidence::default()
            },
        };
        let mut run = self.run();
        run.status = RunStatus::Failed;
        run.counts = OutcomeCounts { read: 1, failed: 1, ..OutcomeCounts::default() };
        run.records[0] = RecordRow {
            outcome: Outcome::Failed,
            target_key: None,
            error: Some(error.clone()),
            ..record("A-2", "")
        };
        run.error = Some(error);
        run
    }

    fn started(&self, run: &FinishedRun) -> StartedRun {
        let started_at = run.identity.queued_at;
        StartedRun {
            identity: run.identity.clone(),
            started_at,
            deadline: started_at + TimeDelta::minutes(5),
        }
    }

    async fn write(&self, batch: RunBatch) -> runs::Written {
        runs::write(&self.sink, &batch).await.unwrap()
    }

    async fn finish(&self, finished: Vec<FinishedRun>) -> runs::Written {
        self.write(RunBatch { finished, ..RunBatch::default() }).await
    }

    async fn list(&self, filter: RunFilter) -> Vec<RunId> {
        self.page(&filter, None, 50).await.items.iter().map(|run| run.run).collect()
    }

    async fn page(&self, filter: &RunFilter, before: Option<RunId>, limit: u16) -> RunPage {
        let mut tx = self.gateway.tenant(self.tenant).await.unwrap();
        runs::list(&mut tx, self.tenant, filter, before, limit, now()).await.unwrap()
    }

    async fn find(&self, run: RunId) -> runs::RunDetail {
        let mut tx = self.gateway.tenant(self.tenant).await.unwrap();
        runs::find(&mut tx, self.tenant, run).await.unwrap()
    }
}

fn now() -> Timestamp {
    SystemClock.now()
}

fn record(source: &str, target: &str) -> RecordRow {
    RecordRow {
        source_key: source.to_owned(),
        target_key: Some(target.to_owned()),
        source_url: Some(format!("http://monitor/{source}")),
        target_url: None,
        operation: Some(Operation::Create),
        outcome: Outcome::Created,
        error: None,
    }
}

fn pack_and_phase() -> (PackRow, PhaseEntry) {
    let (pack, class) = (PackId::new(now()), RetentionClass::Days30);
    let row = PackRow { pack, class, object_key: format!("packs/30d/{pack}"), bytes: 900, frames: 1 };
    let state = PhaseState::Captured(Pointer { pack, class, offset: 8, length: 300, plain: 1200 });
    (row, PhaseEntry { phase: Phase::Load, items: 1, took_us: 77, state })
}

#[tokio::test]
async fn what_is_written_is_read_back_whole() {
    let fixture = Fixture::new().await;
    let (pack, phase) = pack_and_phase();
    let mut run = fixture.failed();
    run.phases = Phases(vec![phase]);
    run.next_attempt_at = Some(now());
    run.identity.caused_by = Some(RunId::new(now()));
    fixture
        .write(RunBatch { finished: vec![run.clone()], packs: vec![pack.clone()], ..RunBatch::default() })
        .await;

    let read = fixture.find(run.identity.run).await;
    assert_eq!(read.phases, run.phases);
    assert_eq!((read.caused_by, read.next_attempt_at), (run.identity.caused_by, run.next_attempt_at));
    let summary = read.summary;
    assert_eq!(summary.error, run.error);
    assert_eq!((summary.status, summary.counts), (run.status, run.counts));
    assert_eq!((summary.started_at, summary.finished_at), (run.started_at, Some(run.finished_at)));
    assert_eq!((summary.revision, summary.trigger), (Some(RevisionNumber(3)), TriggerKind::Listen));
    assert_eq!(summary.preview[0].source_key, "A-2");
    assert_eq!(summary.preview[0].outcome, Outcome::Failed);

    let mut tx = fixture.gateway.tenant(fixture.tenant).await.unwrap();
    let page = runs::records(&mut tx, fixture.tenant, run.identity.run, None, None, 10).await.unwrap();
    assert_eq!(page.items[0].error, run.records[0].error);
    assert_eq!(page.items[0].source_url.as_deref(), Some("http://monitor/A-2"));
    let mut tx = fixture.sink.service().await.unwrap();
    assert_eq!(packs::known(&mut tx, &[pack.pack, PackId::new(now())]).await.unwrap(), [pack.pack]);
}

#[tokio::test]
async fn the_same_capture_again_changes_nothing() {
    let fixture = Fixture::new().await;
    let run = fixture.run();
    let started = fixture.started(&run);
    let first = fixture.finish(vec![run.clone()]).await;
    assert!(first.finished.contains(&run.identity.run));

    let mut other = FinishedRun { status: RunStatus::Failed, ..run.clone() };
    other.records.push(record("A-9", "9"));
    let (pack, phase) = pack_and_phase();
    other.phases = Phases(vec![phase]);
    let again = RunBatch { started: vec![started], finished: vec![other], packs: vec![pack.clone()] };
    assert_eq!(fixture.write(again).await, runs::Written::default());

    assert_eq!(fixture.find(run.identity.run).await.summary.status, RunStatus::Succeeded);
    let mut tx = fixture.gateway.tenant(fixture.tenant).await.unwrap();
    let page = runs::records(&mut tx, fixture.tenant, run.identity.run, None, None, 10).await.unwrap();
    assert_eq!(page.items.len(), 1);
    let mut tx = fixture.sink.service().await.unwrap();
    assert!(packs::known(&mut tx, &[pack.pack]).await.unwrap().is_empty(), "nothing points to that pack");
}

#[tokio::test]
async fn an_ended_run_is_changed_only_by_a_later_attempt() {
    let fixture = Fixture::new().await;
    let run = fixture.run();
    let id = run.identity.run;
    let attempt = |attempt: u32, status: RunStatus| {
        let mut run = FinishedRun { status, ..run.clone() };
        run.identity.attempt = attempt;
        run
    };
    fixture.finish(vec![attempt(2, RunStatus::PartlyFailed)]).await;
    fixture.finish(vec![attempt(1, RunStatus::Failed)]).await;
    assert_eq!(fixture.find(id).await.summary.status, RunStatus::PartlyFailed);
    let mut late = fixture.started(&run);
    late.identity.attempt = 9;
    assert!(fixture.write(RunBatch { started: vec![late], ..RunBatch::default() }).await.started.is_empty());
    assert_eq!(fixture.find(id).await.summary.attempt, 2);
    fixture.finish(vec![attempt(3, RunStatus::Succeeded)]).await;
    assert_eq!(fixture.find(id).await.summary.status, RunStatus::Succeeded);
}

#[tokio::test]
async fn a_run_is_shown_while_it_executes_and_then_ends() {
    let fixture = Fixture::new().await;
    let run = fixture.run();
    let started = fixture.started(&run);
    let shown = fixture.write(RunBatch { started: vec![started.clone()], ..RunBatch::default() }).await;
    assert_eq!(shown.started.len(), 1);
    assert!(
        fixture
            .write(RunBatch { started: vec![started.clone()], ..RunBatch::default() })
            .await
            .started
            .is_empty()
    );
    assert_eq!(fixture.find(run.identity.run).await.summary.status, RunStatus::Running);

    let scheduler = Store::connect(&fixture.database.url_of("throughline_scheduler"), 2).unwrap();
    let mut tx = scheduler.service().await.unwrap();
    assert!(runs::overdue(&mut tx, now(), &[], 10).await.unwrap().is_empty());
    let overdue = runs::overdue(&mut tx, now() + TimeDelta::hours(1), &[], 10).await.unwrap();
    assert_eq!(overdue[0].identity, run.identity);
    assert_eq!(overdue[0].deadline, Some(started.deadline));

    let ours = [run.identity.run];
    let ended = async || {
        let mut tx = scheduler.tenant(run.identity.tenant).await.unwrap();
        runs::ended(&mut tx, run.identity.tenant, &ours).await.unwrap()
    };
    assert!(ended().await.is_empty());
    fixture.finish(vec![FinishedRun { started_at: None, ..run.clone() }]).await;
    assert_eq!(ended().await, ours);
    let read = fixture.find(run.identity.run).await;
    assert_eq!(read.summary.started_at, Some(started.started_at), "what is known is kept");
    assert!(runs::overdue(&mut tx, now() + TimeDelta::hours(1), &[], 10).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_batch_may_name_a_run_more_than_once() {
    let fixture = Fixture::new().await;
    let run = fixture.run();
    let started = fixture.started(&run);
    let batch = RunBatch {
        started: vec![started.clone(), started],
        finished: vec![run.clone(), run.clone(), fixture.run()],
        packs: Vec::new(),
    };
    let written = fixture.write(batch).await;
    assert_eq!((written.started.len(), written.finished.len()), (0, 2));
}

#[tokio::test]
async fn tenants_of_one_batch_do_not_see_each_other() {
    let fixture = Fixture::new().await;
    let mine = fixture.run();
    let mut theirs = fixture.run();
    theirs.identity.tenant = TenantId::new(now());
    fixture.finish(vec![mine.clone(), theirs.clone()]).await;
    assert_eq!(fixture.list(RunFilter::default()).await, [mine.identity.run]);

    // Not even by a wrong `where`: the transaction is mine, the question is about them.
    let mut tx = fixture.gateway.tenant(fixture.tenant).await.unwrap();
    let stolen = runs::find(&mut tx, theirs.identity.tenant, theirs.identity.run).await;
    assert!(matches!(stolen, Err(StoreError::NotFound)), "{stolen:?}");
    let page =
        runs::list(&mut tx, theirs.identity.tenant, &RunFilter::default(), None, 10, now()).await.unwrap();
    assert!(page.items.is_empty());
}

#[tokio::test]
async fn a_missing_partition_is_made() {
    let fixture = Fixture::new().await;
    let old = fixture.run_at(now() - TimeDelta::days(40));
    let written = fixture.finish(vec![old.clone(), fixture.run()]).await;
    assert_eq!(written.finished.len(), 2);
    assert_eq!(fixture.list(RunFilter::default()).await.len(), 2);
}

#[tokio::test]
async fn text_that_postgres_cannot_hold_is_made_fit() {
    let fixture = Fixture::new().await;
    let mut run = fixture.failed();
    let long = "k".repeat(10_000);
    run.records = vec![record("nul\0byte", "x\0"), record(&long, &long)];
    run.error = Some(RunError::internal("a\0b"));
    fixture.finish(vec![run.clone()]).await;
    let read = fixture.find(run.identity.run).await.summary;
    assert_eq!(read.error.unwrap().message, "a\u{fffd}b");
    assert_eq!(read.preview[0].source_key, "nul\u{fffd}byte");
    let by_key = |key: &str| RunFilter { record: Some(key.to_owned()), ..RunFilter::default() };
    assert_eq!(fixture.list(by_key(&long)).await, [run.identity.run]);
    assert_eq!(fixture.list(by_key("nul\0byte")).await, [run.identity.run]);
}

#[tokio::test]
async fn each_filter_narrows_the_list() {
    let fixture = Fixture::new().await;
    let good = fixture.run();
    let failed = fixture.failed();
    let mut manual = fixture.run();
    manual.identity.trigger = TriggerKind::Manual;
    manual.identity.integration = IntegrationId::new(now());
    manual.identity.action = "close".to_owned();
    manual.finished_at += TimeDelta::seconds(30);
    manual.records = vec![record("B-1", "A-1")];
    let mut idle = fixture.run();
    idle.status = RunStatus::NothingToDo;
    idle.records.clear();
    let old = fixture.run_at(now() - TimeDelta::days(3));
    let all = [&good, &failed, &manual, &idle, &old];
    let [good, failed, manual, idle, old] = all.map(|run| run.identity.run);
    fixture.finish(all.map(Clone::clone).to_vec()).await;

    let any = RunFilter::default;
    let hour_ago = now() - TimeDelta::hours(1);
    let same = |mut expected: Vec<RunId>| {
        expected.sort_by(|a, b| b.cmp(a));
        expected
    };
    let cases = [
        ("nothing", any(), vec![good, failed, manual, idle, old]),
        (
            "integration",
            RunFilter { integration: Some(fixture.integration), ..any() },
            vec![good, failed, idle, old],
        ),
        ("action", RunFilter { action: Some("close".to_owned()), ..any() }, vec![manual]),
        (
            "status",
            RunFilter { status: vec![RunStatus::Failed, RunStatus::PartlyFailed], ..any() },
            vec![failed],
        ),
        (
            "two statuses",
            RunFilter { status: vec![RunStatus::NothingToDo, RunStatus::Failed], ..any() },
            vec![failed, idle],
        ),
        ("class", RunFilter { error_class: Some(ErrorCode::ValueRefused.class()), ..any() }, vec![failed]),
        ("code", RunFilter { error_code: Some(ErrorCode::ValueRefused), ..any() }, vec![failed]),
        ("other code", RunFilter { error_code: Some(ErrorCode::RequiredFieldMissing), ..any() }, vec![]),
        ("trigger", RunFilter { trigger: Some(TriggerKind::Manual), ..any() }, vec![manual]),
        ("from", RunFilter { from: Some(hour_ago), ..any() }, vec![good, failed, manual, idle]),
        ("to", RunFilter { to: Some(hour_ago), ..any() }, vec![old]),
        ("duration", RunFilter { min_duration: Some(Duration::from_secs(1)), ..any() }, vec![manual]),
        (
            "record in source or target",
            RunFilter { record: Some("A-1".to_owned()), ..any() },
            vec![good, manual, old],
        ),
        (
            "record and status",
            RunFilter { record: Some("A-2".to_owned()), status: vec![RunStatus::Failed], ..any() },
            vec![failed],
        ),
        ("class of retention", RunFilter { classes: vec![RetentionClass::Days1], ..any() }, vec![]),
    ];
    for (name, filter, expected) in cases {
        assert_eq!(fixture.list(filter).await, same(expected), "{name}");
    }
}

#[tokio::test]
async fn pages_follow_each_other_across_days_without_gap_or_repetition() {
    let fixture = Fixture::new().await;
    let mut all: Vec<_> = (0..25).map(|n| fixture.run_at(now() - TimeDelta::hours(n * 7))).collect();
    fixture.finish(all.clone()).await;
    all.sort_by_key(|run| std::cmp::Reverse(run.identity.run));
    let mut seen = Vec::new();
    let mut before = None;
    loop {
        let page = fixture.page(&RunFilter::default(), before, 4).await;
        seen.extend(page.items.iter().map(|run| run.run));
        before = page.next;
        if before.is_none() {
            break;
        }
    }
    assert_eq!(seen, all.iter().map(|run| run.identity.run).collect::<Vec<_>>());
}

#[tokio::test]
async fn records_are_paged_and_filtered_by_outcome() {
    let fixture = Fixture::new().await;
    let mut run = fixture.failed();
    run.records.extend((0..5).map(|n| record(&format!("B-{n}"), "1")));
    fixture.finish(vec![run.clone()]).await;
    let mut tx = fixture.gateway.tenant(fixture.tenant).await.unwrap();
    let id = run.identity.run;
    let first = runs::records(&mut tx, fixture.tenant, id, None, None, 4).await.unwrap();
    let second = runs::records(&mut tx, fixture.tenant, id, None, first.next, 4).await.unwrap();
    assert_eq!((first.items.len(), second.items.len(), second.next), (4, 2, None));
    let failed = runs::records(&mut tx, fixture.tenant, id, Some(Outcome::Failed), None, 4).await.unwrap();
    assert_eq!(failed.items.len(), 1);
}

#[tokio::test]
async fn stats_count_runs_and_records() {
    let fixture = Fixture::new().await;
    let (good, failed) = (fixture.run(), fixture.failed());
    let old = fixture.run_at(now() - TimeDelta::days(2));
    fixture.finish(vec![good.clone(), failed.clone(), old]).await;
    let window = StatsWindow {
        from: now() - TimeDelta::hours(1),
        to: now() + TimeDelta::minutes(1),
        step: Duration::from_secs(7200),
    };
    let mut tx = fixture.gateway.tenant(fixture.tenant).await.unwrap();
    let stats = runs::stats(&mut tx, fixture.tenant, window, now()).await.unwrap();
    assert_eq!(stats.by_status[&RunStatus::Succeeded], 1);
    assert_eq!(stats.by_error_class[&ErrorCode::ValueRefused.class()], 1);
    assert_eq!((stats.records.read, stats.records.created, stats.records.failed), (2, 1, 1));
    let [integration] = stats.per_integration.as_slice() else { panic!("{stats:?}") };
    assert_eq!((integration.runs, integration.failed), (2, 1));
    assert_eq!(integration.last_success_at, Some(good.finished_at));
    assert_eq!(integration.last_failure_at, Some(failed.finished_at));
    let [point] = stats.series.as_slice() else { panic!("{stats:?}") };
    assert_eq!((point.at, point.succeeded, point.failed), (window.from, 1, 1));
}

#[tokio::test]
async fn expired_packs_are_named_and_forgotten() {
    let fixture = Fixture::new().await;
    let mut batch = RunBatch::default();
    for days in [3, 31, 40] {
        let (mut pack, mut phase) = pack_and_phase();
        pack.pack = PackId::new(now() - TimeDelta::days(days));
        let PhaseState::Captured(pointer) = &mut phase.state else { panic!() };
        pointer.pack = pack.pack;
        assert_eq!(pointer.is_expired(now().date_naive()), days > 30);
        batch.packs.push(pack);
        batch.finished.push(FinishedRun { phases: Phases(vec![phase]), ..fixture.run() });
    }
    fixture.write(batch.clone()).await;
    let mut tx = fixture.sink.service().await.unwrap();
    let expired = packs::expired(&mut tx, now().date_naive()).await.unwrap();
    assert_eq!(expired.len(), 2);
    for (class, day) in expired {
        assert!(day <= packs::last_expired_day(class, now().date_naive()));
        assert_eq!(packs::forget(&mut tx, class, day).await.unwrap(), 1);
    }
    let ids: Vec<_> = batch.packs.iter().map(|pack| pack.pack).collect();
    assert_eq!(packs::known(&mut tx, &ids).await.unwrap(), [ids[0]]);
}

#[tokio::test]
async fn the_gateway_cannot_write_history() {
    let fixture = Fixture::new().await;
    let batch = RunBatch { finished: vec![fixture.run()], ..RunBatch::default() };
    let refused = runs::write(&fixture.gateway, &batch).await.unwrap_err();
    assert!(!refused.is_refusal() && !refused.is_transient(), "{refused}");
}

#[tokio::test]
async fn the_newest_run_of_each_integration_is_found_however_long_ago() {
    let fixture = Fixture::new().await;
    let (quiet, never) = (IntegrationId::new(now()), IntegrationId::new(now()));
    let of = |integration: IntegrationId, days: i64, action: &str| {
        let mut run = fixture.run_at(now() - TimeDelta::days(days));
        run.identity.integration = integration;
        run.identity.action = action.to_owned();
        run
    };
    let busy = [(0, "open"), (1, "open"), (1, "close")].map(|(days, key)| of(fixture.integration, days, key));
    let others = [of(quiet, 2, "open"), of(quiet, 2, "open")];
    let expected = [busy[0].identity.run, others.iter().map(|run| run.identity.run).max().unwrap()];
    fixture.finish(busy.into_iter().chain(others).collect()).await;

    let mut tx = fixture.gateway.tenant(fixture.tenant).await.unwrap();
    let wanted = [fixture.integration, quiet, never];
    let month = now() - TimeDelta::days(31);
    let mut found = runs::latest(&mut tx, fixture.tenant, &wanted, month, now()).await.unwrap();
    found.sort_by_key(|last| std::cmp::Reverse(last.run));
    assert_eq!(found.iter().map(|last| last.run).collect::<Vec<_>>(), expected);
    assert_eq!(found[1].integration, quiet);
    assert!(runs::latest(&mut tx, fixture.tenant, &[], month, now()).await.unwrap().is_empty());
    let stranger = TenantId::new(now());
    let mut tx = fixture.gateway.tenant(stranger).await.unwrap();
    assert!(runs::latest(&mut tx, stranger, &wanted, month, now()).await.unwrap().is_empty());
}

#[tokio::test]
async fn what_the_database_cannot_hold_is_told_apart_from_faults() {
    let fixture = Fixture::new().await;
    fixture.finish(vec![fixture.run()]).await;
    let filter = RunFilter { action: Some("\0".to_owned()), ..RunFilter::default() };
    let mut tx = fixture.gateway.tenant(fixture.tenant).await.unwrap();
    let refused = runs::list(&mut tx, fixture.tenant, &filter, None, 10, now()).await.unwrap_err();
    assert!(matches!(refused, StoreError::Unstorable(_)) && !refused.is_transient(), "{refused}");
}
