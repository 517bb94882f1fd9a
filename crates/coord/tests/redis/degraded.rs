use std::time::Duration;

use throughline_coord::{Coord, Leases};
use tokio::time::Instant;

use crate::stage::{TIMEOUT, eventually, run, stage, tenant};

#[tokio::test]
async fn an_address_that_is_none_is_refused_and_a_wrong_one_only_degrades() {
    assert!(Coord::new("not an address", TIMEOUT).is_err());
    let coord = Coord::new("redis://127.0.0.1:1", TIMEOUT).unwrap();
    assert!(coord.ping().await.is_err());
}

#[tokio::test]
async fn a_redis_that_is_gone_costs_one_short_wait_and_then_nothing() {
    let Some(stage) = stage().await else { return };
    eventually("it answers", async || stage.fragile.ping().await.is_ok()).await;
    let fates: [&dyn Fn(); 2] = [&|| stage.proxy.die(), &|| stage.proxy.fall_asleep()];
    for fate in fates {
        fate();
        let leases = Leases::new(&stage.fragile);
        let began = Instant::now();
        assert!(leases.acquire(tenant(), run(), 1, Duration::from_secs(1)).await.is_err());
        assert!(began.elapsed() < TIMEOUT + Duration::from_millis(200), "{:?}", began.elapsed());
        let began = Instant::now();
        for _ in 0..1000 {
            assert!(leases.count(tenant()).await.is_err());
        }
        assert!(began.elapsed() < Duration::from_millis(500), "{:?}", began.elapsed());
        stage.proxy.revive();
        eventually("it is found again", async || stage.fragile.ping().await.is_ok()).await;
    }
}
