use std::time::Duration;

use throughline_coord::{Acquired, Leases};
use tokio::task::JoinSet;
use tokio::time::sleep;

use crate::stage::{run, stage, tenant};

const TTL: Duration = Duration::from_secs(60);

#[tokio::test]
async fn a_tenant_gets_its_number_of_leases_and_no_more() {
    let Some(stage) = stage().await else { return };
    let (leases, tenant) = (Leases::new(&stage.coord), tenant());
    let mut tasks = JoinSet::new();
    for _ in 0..50 {
        let leases = leases.clone();
        tasks.spawn(async move { leases.acquire(tenant, run(), 7, TTL).await.unwrap() });
    }
    let granted = tasks.join_all().await.into_iter().filter(|lease| *lease == Acquired::Granted).count();
    assert_eq!(granted, 7);
    assert_eq!(leases.count(tenant).await.unwrap(), 7);
}

#[tokio::test]
async fn acquiring_again_is_granted_and_counts_once() {
    let Some(stage) = stage().await else { return };
    let (leases, tenant, first) = (Leases::new(&stage.coord), tenant(), run());
    for _ in 0..3 {
        assert_eq!(leases.acquire(tenant, first, 1, TTL).await.unwrap(), Acquired::Granted);
    }
    assert_eq!(leases.acquire(tenant, run(), 1, TTL).await.unwrap(), Acquired::Full);
    leases.release(tenant, first).await.unwrap();
    leases.release(tenant, first).await.unwrap();
    assert_eq!(leases.acquire(tenant, run(), 1, TTL).await.unwrap(), Acquired::Granted);
}

#[tokio::test]
async fn several_are_granted_in_order_as_far_as_they_fit() {
    let Some(stage) = stage().await else { return };
    let (leases, tenant) = (Leases::new(&stage.coord), tenant());
    let runs = [run(), run(), run(), run()];
    assert_eq!(leases.acquire_many(tenant, &runs, 3, TTL).await.unwrap(), 3);
    leases.release(tenant, runs[2]).await.unwrap();
    assert_eq!(leases.count(tenant).await.unwrap(), 2);
    let mut held = leases.held(tenant).await.unwrap();
    held.sort();
    let mut expected = runs[..2].to_vec();
    expected.sort();
    assert_eq!(held, expected);
}

#[tokio::test]
async fn a_lease_ends_by_itself_unless_it_is_renewed() {
    let Some(stage) = stage().await else { return };
    let (leases, tenant, lost, kept) = (Leases::new(&stage.coord), tenant(), run(), run());
    let short = Duration::from_millis(300);
    assert_eq!(leases.acquire_many(tenant, &[lost, kept], 2, short).await.unwrap(), 2);
    leases.renew(tenant, kept, TTL).await.unwrap();
    sleep(2 * short).await;
    assert_eq!(leases.count(tenant).await.unwrap(), 1);
    assert_eq!(leases.acquire(tenant, run(), 2, TTL).await.unwrap(), Acquired::Granted);
}

#[tokio::test]
async fn after_a_flush_renewals_restore_what_was_lost() {
    let Some(stage) = stage().await else { return };
    let (leases, tenant, runs) = (Leases::new(&stage.coord), tenant(), [run(), run(), run()]);
    leases.acquire_many(tenant, &runs, 3, TTL).await.unwrap();
    stage.flush().await;
    assert_eq!(leases.count(tenant).await.unwrap(), 0);
    for run in runs {
        leases.renew(tenant, run, TTL).await.unwrap();
    }
    assert_eq!(leases.acquire(tenant, run(), 3, TTL).await.unwrap(), Acquired::Full);
}

#[tokio::test]
async fn several_are_given_back_and_extended_at_once_and_it_is_known_who_holds_one() {
    let Some(stage) = stage().await else { return };
    let (leases, [one, other]) = (Leases::new(&stage.coord), [tenant(), tenant()]);
    let runs = [run(), run(), run()];
    leases.renew_many(one, &runs[..2], TTL).await.unwrap();
    leases.renew_many(other, &runs[2..], Duration::from_millis(50)).await.unwrap();
    let asked = [(one, runs[0]), (one, runs[1]), (other, runs[2]), (other, runs[0])];
    assert_eq!(leases.holders(&asked).await.unwrap(), runs);
    sleep(Duration::from_millis(80)).await;
    assert_eq!(leases.holders(&asked).await.unwrap(), runs[..2], "a lease whose time is over is none");
    leases.release_many(one, &runs).await.unwrap();
    assert!(leases.holders(&asked).await.unwrap().is_empty());
    assert_eq!(leases.holders(&[]).await.unwrap(), []);
}
