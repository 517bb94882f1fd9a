//! What becomes of captures.

use std::time::Duration;

use throughline_blob::{PackIndex, PackKey, pack};
use throughline_contract::{Message as _, RunStarted, Stage};
use throughline_coord::{Coord, Live, LiveItem};
use throughline_domain::{Phase, RetentionClass, RunStatus, TenantId};
use throughline_queue::Queue;
use throughline_store::runs;
use throughline_store::runs::phases::PhaseState;
use throughline_testkit::eventually;
use throughline_vault::{TenantKey, VaultError};

use crate::support::{Fixture, SOON, capture, document, now, pointer};

#[tokio::test]
async fn every_phase_of_a_run_can_be_read_back() {
    let fixture = Fixture::new().await;
    let sink = fixture.start();
    let (tenant, key) = (fixture.tenant.tenant(), &fixture.tenant);
    let capture = capture(tenant);
    fixture.publish(&capture).await;

    let detail = fixture.ended(tenant, capture.run.run).await;
    assert_eq!(detail.summary.status, RunStatus::Succeeded);
    for phase in Phase::ALL.iter().copied().filter(|phase| *phase != Phase::ExtractHttp) {
        let frame = fixture.frame(&detail, phase).await;
        let opened = key.open_frame(capture.run.run, phase, &frame).unwrap();
        assert_eq!(opened, document(capture.run.run, phase));
        assert_eq!(pointer(&detail, phase).plain as usize, opened.len());
    }
    let reason = PhaseState::NotCaptured("HTTP data is not kept".to_owned());
    assert_eq!(detail.phases.get(Phase::ExtractHttp).unwrap().state, reason);
    sink.stop().await;
}

#[tokio::test]
async fn each_phase_goes_to_the_pack_of_its_retention() {
    let fixture = Fixture::new().await;
    let sink = fixture.start();
    let capture = capture(fixture.tenant.tenant());
    fixture.publish(&capture).await;
    let detail = fixture.ended(capture.run.tenant, capture.run.run).await;
    let class = |phase| pointer(&detail, phase).class;
    assert_eq!(class(Phase::Status), RetentionClass::Days90);
    assert_eq!(class(Phase::Uql), RetentionClass::Days90);
    assert_eq!(class(Phase::Load), RetentionClass::Days30);
    assert_eq!(class(Phase::LoadHttp), RetentionClass::Days7);

    // Each pack lists what it holds.
    let at = pointer(&detail, Phase::Load);
    let key = PackKey { class: at.class, pack: at.pack };
    let trailer =
        fixture.blob.read_end(&key.to_string(), u32::try_from(pack::TRAILER).unwrap()).await.unwrap();
    let tail = u32::try_from(PackIndex::tail_length(&key, &trailer).unwrap()).unwrap();
    let index =
        PackIndex::parse(&key, &fixture.blob.read_end(&key.to_string(), tail).await.unwrap()).unwrap();
    let entry = index.frames.iter().find(|entry| entry.phase == Phase::Load).unwrap();
    assert_eq!((entry.run, entry.at.offset, entry.at.length), (capture.run.run, at.offset, at.length));
    sink.stop().await;
}

#[tokio::test]
async fn tenants_of_one_batch_are_kept_apart() {
    let fixture = Fixture::new().await;
    let other = TenantKey::generate(TenantId::new(now()));
    fixture.add_tenant(&other).await;
    let (mine, theirs) = (capture(fixture.tenant.tenant()), capture(other.tenant()));
    fixture.publish(&mine).await;
    fixture.publish(&theirs).await;
    let sink = fixture.start();

    let detail = fixture.ended(other.tenant(), theirs.run.run).await;
    fixture.ended(mine.run.tenant, mine.run.run).await;
    assert!(fixture.find(mine.run.tenant, theirs.run.run).await.is_err());
    let frame = fixture.frame(&detail, Phase::Load).await;
    assert!(other.open_frame(theirs.run.run, Phase::Load, &frame).is_ok());
    let stolen = fixture.tenant.open_frame(theirs.run.run, Phase::Load, &frame);
    assert!(matches!(stolen, Err(VaultError::OtherKey { .. })), "{stolen:?}");
    sink.stop().await;
}

#[tokio::test]
async fn a_capture_that_comes_again_changes_nothing() {
    let fixture = Fixture::new().await;
    let capture = capture(fixture.tenant.tenant());
    fixture.publish(&capture).await;
    let sink = fixture.start();
    let first = fixture.ended(capture.run.tenant, capture.run.run).await;
    for _ in 0..2 {
        fixture.publish(&capture).await;
    }
    fixture.handled().await;
    assert_eq!(fixture.find(capture.run.tenant, capture.run.run).await.unwrap(), first);
    let mut tx = fixture.gateway.tenant(capture.run.tenant).await.unwrap();
    let page = runs::records(&mut tx, capture.run.tenant, capture.run.run, None, None, 10).await.unwrap();
    assert_eq!(page.items.len(), 1);
    sink.stop().await;
}

#[tokio::test]
async fn a_run_is_announced_when_it_starts_and_when_it_ends() {
    let fixture = Fixture::new().await;
    let tenant = fixture.tenant.tenant();
    let coord = Coord::new(&fixture.stack.redis_url, Duration::from_millis(500)).unwrap();
    let mut events = Live::new(&coord, 100).subscribe(tenant, None).await;
    let sink = fixture.start();

    let ended = capture(tenant);
    let started =
        Stage::Started(RunStarted { started_at: now(), deadline: now() + chrono::TimeDelta::minutes(5) });
    let began = throughline_contract::Capture { run: ended.run.clone(), stage: started };
    fixture.publish(&began).await;
    eventually("the run is shown", SOON, async || fixture.find(tenant, ended.run.run).await).await;
    fixture.publish(&ended).await;
    fixture.ended(tenant, ended.run.run).await;

    for (kind, status) in [("run.started", "running"), ("run.finished", "succeeded")] {
        let event = loop {
            match events.next_within(SOON).await {
                Some(LiveItem::Event(event)) => break event,
                Some(LiveItem::Gap) => {}
                None => panic!("no {kind}"),
            }
        };
        let data: serde_json::Value = serde_json::from_str(&event.data).unwrap();
        assert_eq!((event.kind.as_str(), data["status"].as_str().unwrap()), (kind, status));
        assert_eq!(data["run_id"], ended.run.run.to_string());
    }
    sink.stop().await;
}

#[tokio::test]
async fn one_bad_capture_is_parked_and_its_siblings_are_written() {
    let fixture = Fixture::new().await;
    let tenant = fixture.tenant.tenant();
    let good = capture(tenant);
    let mut of_no_day = capture(tenant);
    of_no_day.run.run = throughline_domain::RunId::from_uuid(uuid::Uuid::nil());
    fixture.publish_bytes("not protobuf at all").await;
    fixture.publish_bytes(of_no_day.encode()).await;
    fixture.publish(&good).await;
    let sink = fixture.start();
    fixture.ended(tenant, good.run.run).await;
    fixture.parked(2).await;
    fixture.handled().await;
    assert_eq!(fixture.depth(Queue::Dead).await, 0);
    sink.stop().await;
}

#[tokio::test]
async fn what_the_database_refuses_is_parked_alone() {
    let fixture = Fixture::new().await;
    let tenant = fixture.tenant.tenant();
    // A rule that one run of the batch breaks: a stand-in for whatever a database may refuse.
    let rule = "alter table runs add constraint no_evil check (action_key <> 'evil')";
    sqlx::query(rule).execute(&mut fixture.owner().await).await.unwrap();
    let mut captures: Vec<_> = (0..9).map(|_| capture(tenant)).collect();
    captures[4].run.action = "evil".to_owned();
    for capture in &captures {
        fixture.publish(capture).await;
    }
    let sink = fixture.start();
    for (_, capture) in captures.iter().enumerate().filter(|(at, _)| *at != 4) {
        fixture.ended(tenant, capture.run.run).await;
    }
    fixture.parked(1).await;
    sink.stop().await;
}

#[tokio::test]
async fn nothing_is_kept_of_a_tenant_whose_key_is_destroyed() {
    let fixture = Fixture::new().await;
    let gone = capture(TenantId::new(now()));
    let destroyed = TenantKey::generate(TenantId::new(now()));
    fixture.add_tenant(&destroyed).await;
    sqlx::query("update tenants set sealed_data_key = null where tenant_id = $1")
        .bind(destroyed.tenant().as_uuid())
        .execute(&mut fixture.owner().await)
        .await
        .unwrap();
    let (of_destroyed, good) = (capture(destroyed.tenant()), capture(fixture.tenant.tenant()));
    for capture in [&gone, &of_destroyed, &good] {
        fixture.publish(capture).await;
    }
    let sink = fixture.start();
    fixture.ended(good.run.tenant, good.run.run).await;
    fixture.handled().await;
    assert_eq!((fixture.depth(Queue::Parked).await, fixture.depth(Queue::Dead).await), (0, 0));
    assert!(fixture.find(destroyed.tenant(), of_destroyed.run.run).await.is_err());
    sink.stop().await;
}
