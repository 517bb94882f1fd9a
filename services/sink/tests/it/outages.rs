//! Real servers are taken away, and come back.

use std::time::Duration;

use sqlx::Connection as _;
use throughline_domain::Phase;
use throughline_queue::Queue;
use throughline_testkit::eventually;

use crate::support::{Fixture, SOON, capture};

#[tokio::test]
async fn captures_wait_while_the_object_store_is_away() {
    let fixture = Fixture::new().await;
    let sink = fixture.start();
    fixture.stack.objects.set_available(false);
    let capture = capture(fixture.tenant.tenant());
    fixture.publish(&capture).await;
    eventually("the sink says so", SOON, async || match sink.process.health.failing() {
        failing if failing.iter().any(|(what, _)| what == "captures") => Ok(()),
        other => Err(other),
    })
    .await;
    assert!(fixture.find(capture.run.tenant, capture.run.run).await.is_err(), "no row points to nothing");

    fixture.stack.objects.set_available(true);
    let detail = fixture.ended(capture.run.tenant, capture.run.run).await;
    fixture.frame(&detail, Phase::Load).await;
    assert!(sink.process.health.failing().is_empty());
    assert_eq!((fixture.depth(Queue::Parked).await, fixture.depth(Queue::Dead).await), (0, 0));
    sink.stop().await;
}

#[tokio::test]
async fn captures_wait_while_postgres_is_away_and_are_sealed_only_once() {
    let fixture = Fixture::new().await;
    let tenant = fixture.tenant.tenant();
    let sink = fixture.start();
    // The key is known before the outage, so the packs are stored and the rows wait.
    let before = capture(tenant);
    fixture.publish(&before).await;
    fixture.ended(tenant, before.run.run).await;
    let packs_before = fixture.packs().await.len();

    let mut admin = fixture.server().await;
    fixture.let_the_sink_in(&mut admin, false).await;
    let during = capture(tenant);
    fixture.publish(&during).await;
    eventually("the packs are stored", SOON, async || match fixture.packs().await.len() {
        packs if packs > packs_before => Ok(()),
        packs => Err(packs),
    })
    .await;
    // Longer than the delivery limit would survive.
    tokio::time::sleep(Duration::from_secs(3)).await;
    fixture.let_the_sink_in(&mut admin, true).await;

    let detail = fixture.ended(tenant, during.run.run).await;
    fixture.frame(&detail, Phase::Load).await;
    assert_eq!(fixture.packs().await.len(), packs_before * 2, "a held batch is not packed again");
    assert_eq!((fixture.depth(Queue::Parked).await, fixture.depth(Queue::Dead).await), (0, 0));
    sink.stop().await;
}

#[tokio::test]
async fn a_sink_that_dies_between_storing_and_committing_leaves_no_row_that_points_to_nothing() {
    let fixture = Fixture::new().await;
    let tenant = fixture.tenant.tenant();
    let mut owner = fixture.owner().await;
    let mut lock = owner.begin().await.unwrap();
    // The commit waits for this lock, so the sink is caught after its packs are stored.
    sqlx::query("lock table runs in access exclusive mode").execute(&mut *lock).await.unwrap();
    let capture = capture(tenant);
    fixture.publish(&capture).await;
    let doomed = fixture.start();
    let orphans = eventually("the packs are stored", SOON, async || match fixture.packs().await {
        packs if packs.len() == 3 => Ok(packs),
        packs => Err(packs),
    })
    .await;
    doomed.kill().await;
    lock.rollback().await.unwrap();
    assert!(fixture.find(tenant, capture.run.run).await.is_err());

    let heir = fixture.start();
    let detail = fixture.ended(tenant, capture.run.run).await;
    let frame = fixture.frame(&detail, Phase::Load).await;
    assert!(fixture.tenant.open_frame(capture.run.run, Phase::Load, &frame).is_ok());
    let row_points_to = crate::support::pointer(&detail, Phase::Load).pack.to_string();
    assert!(!orphans.iter().any(|orphan| orphan.ends_with(&row_points_to)));
    heir.stop().await;
}

#[tokio::test]
async fn what_is_in_hand_is_finished_before_the_end() {
    let fixture = Fixture::new().await;
    let tenant = fixture.tenant.tenant();
    let captures: Vec<_> = (0..40).map(|_| capture(tenant)).collect();
    for capture in &captures {
        fixture.publish(capture).await;
    }
    let first = fixture.start();
    tokio::time::sleep(Duration::from_millis(300)).await;
    first.stop().await;
    let second = fixture.start();
    for capture in &captures {
        fixture.ended(tenant, capture.run.run).await;
    }
    second.stop().await;
}

impl Fixture {
    /// A connection of the owner of the server, outside this fixture's database.
    async fn server(&self) -> sqlx::PgConnection {
        let mut url: url::Url = self.stack.database.url().parse().unwrap();
        url.set_path("postgres");
        sqlx::PgConnection::connect(url.as_str()).await.unwrap()
    }

    /// Postgres is there or gone, as the sink sees it.
    async fn let_the_sink_in(&self, server: &mut sqlx::PgConnection, there: bool) {
        let url: url::Url = self.stack.database.url().parse().unwrap();
        let database = url.path().trim_start_matches('/');
        let allow = format!("alter database {database} allow_connections {there}");
        sqlx::raw_sql(sqlx::AssertSqlSafe(allow)).execute(&mut *server).await.unwrap();
        if !there {
            sqlx::query("select pg_terminate_backend(pid) from pg_stat_activity where datname = $1")
                .bind(database)
                .execute(server)
                .await
                .unwrap();
        }
    }
}
