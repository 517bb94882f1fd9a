//! Keys of one's own, and helpers.

use std::net::ToSocketAddrs;
use std::time::Duration;

use throughline_coord::Coord;
use throughline_domain::{Clock, RunId, SystemClock, TenantId};
use tokio::time::{Instant, sleep};

use crate::proxy::Proxy;

pub(crate) const TIMEOUT: Duration = Duration::from_millis(100);

pub(crate) struct Stage {
    pub(crate) proxy: Proxy,
    /// Straight to the server.
    pub(crate) coord: Coord,
    /// By way of the proxy.
    pub(crate) fragile: Coord,
    url: String,
    prefix: String,
}

/// `None`, with a message, when no Redis is given.
#[allow(clippy::disallowed_methods, reason = "where the servers are is given by the environment")]
pub(crate) async fn stage() -> Option<Stage> {
    let Ok(url) = std::env::var("TL_REDIS_URL") else {
        eprintln!("skipped: TL_REDIS_URL is not set");
        return None;
    };
    let server = url.strip_prefix("redis://").unwrap().trim_end_matches('/');
    let proxy = Proxy::start(server.to_socket_addrs().unwrap().next().unwrap()).await;
    let prefix = format!("test:{}:", run());
    // A busy machine may take longer to answer than production allows; slowness has tests of its own.
    let coord = |url: &str, timeout| Coord::new(url, timeout).unwrap().with_prefix(&prefix);
    let (direct, fragile) =
        (coord(&url, 20 * TIMEOUT), coord(&format!("redis://{}", proxy.address), TIMEOUT));
    Some(Stage { proxy, coord: direct, fragile, url, prefix })
}

impl Stage {
    /// Forgets all keys of this test, as a flushed Redis does.
    pub(crate) async fn flush(&self) {
        let client = redis::Client::open(self.url.as_str()).unwrap();
        let mut redis = client.get_multiplexed_async_connection().await.unwrap();
        let pattern = format!("{}*", self.prefix);
        let keys: Vec<String> = redis::cmd("KEYS").arg(pattern).query_async(&mut redis).await.unwrap();
        if !keys.is_empty() {
            redis::cmd("DEL").arg(keys).query_async::<()>(&mut redis).await.unwrap();
        }
    }
}

pub(crate) fn run() -> RunId {
    RunId::new(SystemClock.now())
}

pub(crate) fn tenant() -> TenantId {
    TenantId::new(SystemClock.now())
}

/// Waits until `condition` holds.
pub(crate) async fn eventually(what: &str, condition: impl AsyncFn() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(20);
    while !condition().await {
        assert!(Instant::now() < deadline, "never: {what}");
        sleep(Duration::from_millis(20)).await;
    }
}
