//! Links: one row per record, one worker at a time, no late writer. With the worker's role, so grants and row-level
//! security take part.
#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use throughline_domain::{Clock, ErrorCode, IntegrationId, RunId, SystemClock, TenantId};
use throughline_store::Store;
use throughline_store::failed_records::{self, FailedRecord};
use throughline_store::links::{
    self, Claim, Intent, KeptFailure, Link, LinkEnd, LinkScope, LinkState, Make, Settled, Wish,
};
use throughline_store::tenants::{self, NewTenant, SealedKey};
use throughline_store::watermarks::{self, Advance};

const LEASE: Duration = Duration::from_secs(30);

struct Fixture {
    store: Store,
    scope: LinkScope,
}

impl Fixture {
    async fn new(options: &PgConnectOptions) -> Self {
        let address = |user: &str| {
            let (host, port) = (options.get_host(), options.get_port());
            format!("postgres://{user}@{host}:{port}/{}", options.get_database().unwrap())
        };
        let tenant = TenantId::new(SystemClock.now());
        let owner = Store::connect(&address(options.get_username()), 1).unwrap();
        let mut tx = owner.tenant(tenant).await.unwrap();
        let key = SealedKey { sealed: vec![1], master_key_id: "k1".to_owned() };
        let new = NewTenant { id: tenant, name: "T".to_owned(), slug: tenant.to_string(), key };
        tenants::create(&mut tx, &new).await.unwrap();
        tx.commit().await.unwrap();
        let store = Store::connect(&address("throughline_worker"), 4).unwrap();
        Self { store, scope: LinkScope { tenant, integration: IntegrationId::new(SystemClock.now()) } }
    }

    async fn claim_for(&self, run: RunId, lease: Duration, wishes: &[Wish]) -> Vec<Claim> {
        let mut tx = self.store.tenant(self.scope.tenant).await.unwrap();
        let mut claims = links::claim(&mut tx, self.scope, "act", run, lease, wishes).await.unwrap();
        tx.commit().await.unwrap();
        claims.sort_by_key(|claim| claim.source_key().to_owned());
        claims
    }

    async fn held(&self, run: RunId, key: &str) -> Link {
        match self.claim_for(run, LEASE, &[wish(key)]).await.remove(0) {
            Claim::Held(link) => link,
            other => panic!("{other:?}"),
        }
    }

    async fn settle(&self, link: &Link, end: LinkEnd) -> bool {
        let settled = Settled { source_key: link.source_key.clone(), fence: link.fence, end };
        let mut tx = self.store.tenant(self.scope.tenant).await.unwrap();
        let kept = links::settle(&mut tx, self.scope, &[settled]).await.unwrap();
        tx.commit().await.unwrap();
        kept == [link.source_key.clone()]
    }
}

fn run() -> RunId {
    RunId::new(SystemClock.now())
}

fn wish(key: &str) -> Wish {
    let intent = "input-1".to_owned();
    Wish { source_key: key.to_owned(), make: Make::Intended, version: Some("v1".to_owned()), intent }
}

fn failed_record(key: &str) -> FailedRecord {
    FailedRecord {
        source_key: key.to_owned(),
        source_version: Some("v1".to_owned()),
        code: ErrorCode::ServerError,
        message: "no".to_owned(),
        transient: true,
        sealed_input: vec![1, 2],
        next_attempt_at: None,
    }
}

fn confirmed(version: &str) -> LinkEnd {
    LinkEnd::Confirmed {
        target_key: "42".to_owned(),
        target_url: Some("http://desk/42".to_owned()),
        version: Some(version.to_owned()),
        content_hash: Some("h".to_owned()),
    }
}

#[sqlx::test(migrations = "../../migrations")]
async fn a_new_record_is_intended_and_only_one_run_holds_it(_: PgPoolOptions, options: PgConnectOptions) {
    let fixture = Fixture::new(&options).await;
    let link = fixture.held(run(), "a").await;
    assert!(link.fresh && link.state == LinkState::Intended && link.fence == 1);
    assert_eq!(fixture.claim_for(run(), LEASE, &[wish("a")]).await, [Claim::Busy("a".to_owned())]);
    assert!(fixture.settle(&link, confirmed("v1")).await);
    let again = fixture.held(run(), "a").await;
    assert!(!again.fresh && again.state == LinkState::Confirmed);
    assert_eq!((again.target_key.as_deref(), again.source_version.as_deref()), (Some("42"), Some("v1")));
    assert_eq!(again.content_hash.as_deref(), Some("h"));
}

#[sqlx::test(migrations = "../../migrations")]
async fn a_wish_that_may_not_create_makes_no_row(_: PgPoolOptions, options: PgConnectOptions) {
    let fixture = Fixture::new(&options).await;
    let only_look = Wish { make: Make::Nothing, ..wish("a") };
    let absent = [Claim::Absent { source_key: "a".to_owned(), failed: None }];
    assert_eq!(fixture.claim_for(run(), LEASE, std::slice::from_ref(&only_look)).await, absent);
    assert_eq!(fixture.claim_for(run(), LEASE, std::slice::from_ref(&only_look)).await, absent);
    fixture.held(run(), "a").await;
    assert_eq!(fixture.claim_for(run(), LEASE, &[only_look]).await, [Claim::Busy("a".to_owned())]);
}

#[sqlx::test(migrations = "../../migrations")]
async fn the_claim_of_a_lost_run_ends_and_its_late_settlement_is_refused(
    _: PgPoolOptions,
    options: PgConnectOptions,
) {
    let fixture = Fixture::new(&options).await;
    let lost = fixture.claim_for(run(), Duration::ZERO, &[wish("a")]).await;
    let Claim::Held(lost) = &lost[0] else { panic!("{lost:?}") };
    let next = fixture.held(run(), "a").await;
    assert!(!next.fresh && next.state == LinkState::Intended && next.fence == 2);
    assert_eq!(next.content_hash.as_deref(), Some("input-1"));
    assert!(!fixture.settle(lost, confirmed("v1")).await);
    assert!(fixture.settle(&next, LinkEnd::Released).await);
}

#[sqlx::test(migrations = "../../migrations")]
async fn the_same_run_again_takes_what_is_confirmed_and_waits_for_what_is_intended(
    _: PgPoolOptions,
    options: PgConnectOptions,
) {
    let fixture = Fixture::new(&options).await;
    let same = run();
    let link = fixture.held(same, "a").await;
    assert_eq!(fixture.claim_for(same, LEASE, &[wish("a")]).await, [Claim::Busy("a".to_owned())]);
    fixture.settle(&link, confirmed("v1")).await;
    fixture.held(same, "a").await;
    let again = fixture.held(same, "a").await;
    assert_eq!((again.last_run, again.fence), (Some(same), 3));
}

#[sqlx::test(migrations = "../../migrations")]
async fn endings_do_what_they_say(_: PgPoolOptions, options: PgConnectOptions) {
    let fixture = Fixture::new(&options).await;
    let link = fixture.held(run(), "a").await;
    fixture.settle(&link, LinkEnd::Forgotten).await;
    let link = fixture.held(run(), "a").await;
    assert!(link.fresh);
    fixture.settle(&link, LinkEnd::Released).await;
    let link = fixture.held(run(), "a").await;
    assert!(!link.fresh && link.state == LinkState::Intended);
    fixture.settle(&link, LinkEnd::InDoubt).await;
    let link = fixture.held(run(), "a").await;
    assert!(link.state == LinkState::InDoubt && link.target_key.is_none());
}

#[sqlx::test(migrations = "../../migrations")]
async fn a_record_that_needs_no_counterpart_is_remembered_with_its_version(
    _: PgPoolOptions,
    options: PgConnectOptions,
) {
    let fixture = Fixture::new(&options).await;
    let absent = Wish { make: Make::Absent, version: Some("v2".to_owned()), ..wish("a") };
    let claims = fixture.claim_for(run(), LEASE, std::slice::from_ref(&absent)).await;
    let Claim::Held(link) = &claims[0] else { panic!("{claims:?}") };
    assert!(link.fresh && link.state == LinkState::Absent && link.content_hash.is_none());
    assert_eq!(fixture.claim_for(run(), LEASE, &[wish("a")]).await, [Claim::Busy("a".to_owned())]);
    assert!(fixture.settle(link, LinkEnd::Absent { version: "v2".to_owned() }).await);
    let later = fixture.held(run(), "a").await;
    assert!(!later.fresh && later.state == LinkState::Absent);
    assert_eq!(later.source_version.as_deref(), Some("v2"));
    let intent = Intent {
        source_key: "a".to_owned(),
        fence: later.fence,
        version: Some("v3".to_owned()),
        intent: "input-3".to_owned(),
    };
    let mut tx = fixture.store.tenant(fixture.scope.tenant).await.unwrap();
    let late = Intent { fence: later.fence - 1, ..intent.clone() };
    assert!(links::intend(&mut tx, fixture.scope, &[late]).await.unwrap().is_empty());
    assert_eq!(links::intend(&mut tx, fixture.scope, &[intent]).await.unwrap(), ["a"]);
    tx.commit().await.unwrap();
    assert!(fixture.settle(&later, LinkEnd::Released).await);
    let intended = fixture.held(run(), "a").await;
    assert!(intended.state == LinkState::Intended && intended.content_hash.as_deref() == Some("input-3"));
    assert!(fixture.settle(&intended, LinkEnd::Absent { version: "v3".to_owned() }).await);
    let mut tx = fixture.store.tenant(fixture.scope.tenant).await.unwrap();
    links::forget_absent(&mut tx, fixture.scope).await.unwrap();
    let seen = links::seen(&mut tx, fixture.scope, "act", &[("a", "v3")]).await.unwrap();
    assert_eq!(seen, ["a"], "what is young is not forgotten, and a poll need not look at it again");
}

#[sqlx::test(migrations = "../../migrations")]
async fn a_claim_tells_which_failure_is_kept(_: PgPoolOptions, options: PgConnectOptions) {
    let fixture = Fixture::new(&options).await;
    let (scope, failing) = (fixture.scope, run());
    let kept = KeptFailure { run: failing, version: Some("v1".to_owned()) };
    let mut tx = fixture.store.tenant(scope.tenant).await.unwrap();
    failed_records::keep(&mut tx, scope.tenant, scope.integration, "act", failing, 1, &[failed_record("a")])
        .await
        .unwrap();
    tx.commit().await.unwrap();
    assert_eq!(fixture.held(run(), "a").await.failed, Some(kept));
    assert_eq!(fixture.held(run(), "b").await.failed, None);
    let nothing = Wish { make: Make::Nothing, ..wish("c") };
    let absent = Claim::Absent { source_key: "c".to_owned(), failed: None };
    assert_eq!(fixture.claim_for(run(), LEASE, &[nothing]).await, [absent]);
}

#[sqlx::test(migrations = "../../migrations")]
async fn renewing_extends_only_what_is_held(_: PgPoolOptions, options: PgConnectOptions) {
    let fixture = Fixture::new(&options).await;
    let ours = run();
    let link = fixture.held(ours, "a").await;
    let mut tx = fixture.store.tenant(fixture.scope.tenant).await.unwrap();
    let held = [("a".to_owned(), link.fence), ("b".to_owned(), 1)];
    assert_eq!(links::renew(&mut tx, fixture.scope, ours, LEASE, &held).await.unwrap(), ["a"]);
    assert!(links::renew(&mut tx, fixture.scope, run(), LEASE, &held).await.unwrap().is_empty());
}

#[sqlx::test(migrations = "../../migrations")]
async fn many_runs_at_once_hold_each_record_once(_: PgPoolOptions, options: PgConnectOptions) {
    let fixture = Fixture::new(&options).await;
    let wishes: Vec<Wish> = (0..20).map(|n| wish(&format!("k{n}"))).collect();
    let reversed: Vec<Wish> = wishes.iter().rev().cloned().collect();
    let (one, two) =
        tokio::join!(fixture.claim_for(run(), LEASE, &wishes), fixture.claim_for(run(), LEASE, &reversed));
    let held = one.iter().chain(&two).filter(|claim| matches!(claim, Claim::Held(_))).count();
    assert_eq!(held, 20);
}

#[sqlx::test(migrations = "../../migrations")]
async fn another_tenant_sees_nothing(_: PgPoolOptions, options: PgConnectOptions) {
    let fixture = Fixture::new(&options).await;
    let other = Fixture::new(&options).await;
    fixture.held(run(), "a").await;
    let mut tx = other.store.tenant(other.scope.tenant).await.unwrap();
    let refused = links::claim(&mut tx, fixture.scope, "act", run(), LEASE, &[wish("a")]).await;
    assert!(refused.is_err(), "{refused:?}");
}

#[sqlx::test(migrations = "../../migrations")]
async fn a_poll_skips_what_was_applied_or_has_failed(_: PgPoolOptions, options: PgConnectOptions) {
    let fixture = Fixture::new(&options).await;
    let scope = fixture.scope;
    let link = fixture.held(run(), "applied").await;
    fixture.settle(&link, confirmed("v1")).await;
    fixture.held(run(), "intended").await;
    let failed = failed_record("failed");
    let mut tx = fixture.store.tenant(scope.tenant).await.unwrap();
    failed_records::keep(
        &mut tx,
        scope.tenant,
        scope.integration,
        "act",
        run(),
        1,
        std::slice::from_ref(&failed),
    )
    .await
    .unwrap();
    failed_records::keep(&mut tx, scope.tenant, scope.integration, "act", run(), 2, &[failed]).await.unwrap();
    let records = [("applied", "v1"), ("applied", "v2"), ("intended", "v1"), ("failed", "v1"), ("new", "v1")];
    let mut seen = links::seen(&mut tx, scope, "act", &records).await.unwrap();
    seen.sort();
    assert_eq!(seen, ["applied", "failed"]);
    failed_records::clear(&mut tx, scope.tenant, scope.integration, "act", &["failed"]).await.unwrap();
    assert_eq!(links::seen(&mut tx, scope, "act", &records).await.unwrap(), ["applied"]);
}

#[sqlx::test(migrations = "../../migrations")]
async fn a_watermark_moves_only_from_where_it_was_read(_: PgPoolOptions, options: PgConnectOptions) {
    let Fixture { store, scope } = Fixture::new(&options).await;
    let mut tx = store.tenant(scope.tenant).await.unwrap();
    let (tenant, integration) = (scope.tenant, scope.integration);
    let step = |from: Option<&str>, to: &str| Advance { from: from.map(str::to_owned), to: to.to_owned() };
    assert_eq!(watermarks::read(&mut tx, tenant, integration, "a").await.unwrap(), None);
    for (advance, moves) in [
        (step(Some("1"), "2"), false),
        (step(None, "1"), true),
        (step(None, "9"), false),
        (step(Some("1"), "2"), true),
        (step(Some("1"), "3"), false),
    ] {
        let moved = watermarks::advance(&mut tx, tenant, integration, "a", run(), &advance).await.unwrap();
        assert_eq!(moved, moves, "{advance:?}");
    }
    assert_eq!(watermarks::read(&mut tx, tenant, integration, "a").await.unwrap().as_deref(), Some("2"));
}
