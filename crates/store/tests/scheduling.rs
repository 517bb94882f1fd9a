//! What waits for its time, with the scheduler's role, so that grants and row-level security take part.
#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

use std::time::Duration;

use throughline_domain::{Clock, IntegrationId, Lane, RunId, SystemClock, TenantId, Timestamp, TriggerId};
use throughline_store::scheduling::parked::{ParkedTrigger, Reason, backlogs, park, take_due};
use throughline_store::scheduling::schedules::unplanned;
use throughline_store::tenants::{self, NewTenant, SealedKey};
use throughline_store::{Store, StoreOptions, accepted_triggers, runs};
use throughline_testkit::stack::{Database, Servers};

struct Fixture {
    database: Database,
    scheduler: Store,
    tenant: TenantId,
}

impl Fixture {
    async fn new() -> Self {
        let database = Database::create(&Servers::from_env().unwrap()).await.unwrap();
        let scheduler = Store::connect(&database.url_of("throughline_scheduler"), 4).unwrap();
        let tenant = TenantId::new(now());
        let owner = Store::connect(database.url(), 1).unwrap();
        let mut tx = owner.tenant(tenant).await.unwrap();
        let key = SealedKey { sealed: vec![1], master_key_id: "k1".to_owned() };
        let new = NewTenant { id: tenant, name: "T".to_owned(), slug: tenant.to_string(), key };
        tenants::create(&mut tx, &new).await.unwrap();
        tx.commit().await.unwrap();
        Self { database, scheduler, tenant }
    }

    /// Parks a trigger of so many bytes, and gives its id.
    async fn park(&self, bytes: usize) -> TriggerId {
        let trigger = TriggerId::new(now());
        let parked = ParkedTrigger {
            tenant: self.tenant,
            trigger,
            lane: Lane::Bulk,
            reason: Reason::Share,
            not_before: now(),
            message: vec![7; bytes],
        };
        let mut session = self.scheduler.autocommit().await.unwrap();
        assert_eq!(park(&mut session, &[parked]).await.unwrap(), 1);
        trigger
    }
}

fn now() -> Timestamp {
    SystemClock.now()
}

fn ids(taken: &[ParkedTrigger]) -> Vec<TriggerId> {
    taken.iter().map(|parked| parked.trigger).collect()
}

#[tokio::test]
async fn the_oldest_triggers_are_taken_first_and_no_more_bytes_than_asked_for() {
    let fixture = Fixture::new().await;
    let mut waiting = Vec::new();
    for bytes in [600, 600, 5000, 100] {
        waiting.push(fixture.park(bytes).await);
    }
    let mut session = fixture.scheduler.autocommit().await.unwrap();
    let soon = now() + Duration::from_secs(1);
    let mut taken = Vec::new();
    for wanted in [vec![waiting[0]], vec![waiting[1]], vec![waiting[2]], vec![waiting[3]], vec![]] {
        let batch = take_due(&mut session, fixture.tenant, soon, 10, 1000).await.unwrap();
        assert_eq!(ids(&batch), wanted);
        taken.extend(batch);
    }
    assert_eq!((taken[2].message.len(), taken[2].reason, taken[2].lane), (5000, Reason::Share, Lane::Bulk));
    assert!(backlogs(&mut session, soon).await.unwrap().is_empty());
}

#[tokio::test]
async fn what_one_replica_takes_another_passes_over_and_gets_back_when_it_fails() {
    let fixture = Fixture::new().await;
    let (first, second) = (fixture.park(10).await, fixture.park(10).await);
    let soon = now() + Duration::from_secs(1);
    let mut one = fixture.scheduler.service().await.unwrap();
    let mut other = fixture.scheduler.service().await.unwrap();
    assert_eq!(ids(&take_due(&mut one, fixture.tenant, soon, 1, 1000).await.unwrap()), [first]);
    assert_eq!(ids(&take_due(&mut other, fixture.tenant, soon, 9, 1000).await.unwrap()), [second]);
    one.rollback().await.unwrap();
    assert_eq!(ids(&take_due(&mut other, fixture.tenant, soon, 9, 1000).await.unwrap()), [first]);
}

#[tokio::test]
async fn only_one_replica_plans_or_settles_at_a_time() {
    let fixture = Fixture::new().await;
    let gateway = Store::connect(&fixture.database.url_of("throughline_gateway"), 1).unwrap();
    let mut tx = gateway.tenant(fixture.tenant).await.unwrap();
    let outline = throughline_store::integrations::Outline {
        name: "I".to_owned(),
        description: String::new(),
        systems: Vec::new(),
        actions: Vec::new(),
    };
    let integration = IntegrationId::new(now());
    throughline_store::integrations::create(&mut tx, fixture.tenant, integration, &outline).await.unwrap();
    tx.commit().await.unwrap();

    let mut one = fixture.scheduler.service().await.unwrap();
    let mut other = fixture.scheduler.service().await.unwrap();
    let long_ago = Timestamp::UNIX_EPOCH;
    assert_eq!(unplanned(&mut one, long_ago, 9).await.unwrap().len(), 1);
    assert!(unplanned(&mut other, long_ago, 9).await.unwrap().is_empty());
    one.rollback().await.unwrap();
    assert_eq!(unplanned(&mut other, long_ago, 9).await.unwrap().len(), 1);
    let later = now() + Duration::from_secs(60);
    assert!(unplanned(&mut other, later, 9).await.unwrap().is_empty(), "it has not changed since");
    assert!(runs::overdue(&mut other, now(), &[RunId::new(now())], 9).await.unwrap().is_empty());
}

#[tokio::test]
async fn what_waits_goes_with_its_tenant() {
    let fixture = Fixture::new().await;
    fixture.park(10).await;
    let gateway = Store::connect(&fixture.database.url_of("throughline_gateway"), 1).unwrap();
    let mut tx = gateway.tenant(fixture.tenant).await.unwrap();
    accepted_triggers::keep(&mut tx, fixture.tenant, TriggerId::new(now()), b"x").await.unwrap();
    tx.commit().await.unwrap();
    let owner = Store::connect(fixture.database.url(), 1).unwrap();
    let mut tx = owner.tenant(fixture.tenant).await.unwrap();
    sqlx::query("delete from tenants where tenant_id = $1")
        .bind(fixture.tenant.as_uuid())
        .execute(&mut *tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    for table in ["parked_triggers", "accepted_triggers"] {
        let mut tx = owner.tenant(fixture.tenant).await.unwrap();
        let count =
            sqlx::query_scalar::<_, i64>(sqlx::AssertSqlSafe(format!("select count(*) from {table}")));
        assert_eq!(count.fetch_one(&mut *tx).await.unwrap(), 0, "{table}");
    }
}

#[tokio::test]
async fn a_statement_that_takes_too_long_is_ended_and_may_be_tried_again() {
    let fixture = Fixture::new().await;
    let options = StoreOptions { statement_timeout: Duration::from_millis(100), ..StoreOptions::default() };
    let hurried = Store::with_options(&fixture.database.url_of("throughline_scheduler"), options).unwrap();
    let mut session = hurried.autocommit().await.unwrap();
    let error = sqlx::query("select pg_sleep(30)").execute(&mut *session).await.unwrap_err();
    assert!(throughline_store::StoreError::from(error).is_transient());
    drop(session);
    hurried.ping().await.unwrap();
}

#[tokio::test]
async fn a_connection_that_broke_while_it_rested_is_replaced() {
    let fixture = Fixture::new().await;
    fixture.scheduler.ping().await.unwrap();
    let mut owner = sqlx::PgPool::connect(fixture.database.url()).await.unwrap().acquire().await.unwrap();
    sqlx::query("select pg_terminate_backend(pid) from pg_stat_activity where usename = 'throughline_scheduler' and datname = current_database()")
        .execute(&mut *owner)
        .await
        .unwrap();
    tokio::time::sleep(Duration::from_millis(1200)).await;
    fixture.scheduler.ping().await.unwrap();
}
