//! Runs in flight per tenant: a lease per run, with a deadline after which it no longer counts.
//!
//! One sorted set per tenant; the score is the deadline by Redis's own clock, so that clocks of processes need not agree.

use std::sync::LazyLock;
use std::time::Duration;

use redis::Script;
use throughline_domain::{RunId, TenantId};

use crate::link::{Coord, Degraded};

/// Whether a run may start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Acquired {
    /// It has a lease (a new one, or the one that it already had).
    Granted,
    /// The tenant has its number of runs in flight.
    Full,
}

/// Forgets leases whose deadline is over; `now` in milliseconds, by Redis.
const BEGIN: &str = r"
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
";

/// Arguments: limit, milliseconds to live, runs. Answer: how many of the runs, in order, have a lease.
static ACQUIRE: LazyLock<Script> = LazyLock::new(|| {
    Script::new(&format!(
        r"{BEGIN}
local limit, ttl, granted = tonumber(ARGV[1]), tonumber(ARGV[2]), 0
local held = redis.call('ZCARD', KEYS[1])
for i = 3, #ARGV do
  if not redis.call('ZSCORE', KEYS[1], ARGV[i]) then
    if held >= limit then break end
    held = held + 1
  end
  redis.call('ZADD', KEYS[1], now + ttl, ARGV[i])
  granted = granted + 1
end
if granted > 0 then redis.call('PEXPIRE', KEYS[1], ttl * 2) end
return granted"
    ))
});

/// Arguments: milliseconds to live, runs.
static RENEW: LazyLock<Script> = LazyLock::new(|| {
    Script::new(&format!(
        r"{BEGIN}
for i = 2, #ARGV do redis.call('ZADD', KEYS[1], now + tonumber(ARGV[1]), ARGV[i]) end
redis.call('PEXPIRE', KEYS[1], tonumber(ARGV[1]) * 2)
return 1"
    ))
});

/// Answer: the runs that have a lease.
static HELD: LazyLock<Script> =
    LazyLock::new(|| Script::new(&format!("{BEGIN}\nreturn redis.call('ZRANGE', KEYS[1], 0, -1)")));

/// Answer: how many leases there are.
static COUNT: LazyLock<Script> =
    LazyLock::new(|| Script::new(&format!("{BEGIN}\nreturn redis.call('ZCARD', KEYS[1])")));

/// The leases of all tenants.
#[derive(Debug, Clone)]
pub struct Leases(Coord);

impl Leases {
    /// The leases in `coord`.
    pub fn new(coord: &Coord) -> Self {
        Self(coord.clone())
    }

    /// Takes a lease for `run` unless the tenant has `limit` of them; it expires after `ttl`. Idempotent per run.
    pub async fn acquire(
        &self,
        tenant: TenantId,
        run: RunId,
        limit: u32,
        ttl: Duration,
    ) -> Result<Acquired, Degraded> {
        let granted = self.acquire_many(tenant, &[run], limit, ttl).await?;
        Ok(if granted == 1 { Acquired::Granted } else { Acquired::Full })
    }

    /// Takes leases for as many of `runs` as fit, in order, in one round trip; how many were granted.
    pub async fn acquire_many(
        &self,
        tenant: TenantId,
        runs: &[RunId],
        limit: u32,
        ttl: Duration,
    ) -> Result<usize, Degraded> {
        let mut script = ACQUIRE.key(self.key(tenant));
        script.arg(limit).arg(millis(ttl));
        for run in runs {
            script.arg(run.to_string());
        }
        self.0.run(&script).await
    }

    /// Extends the lease of `run`; takes it again, whatever the limit, when Redis has forgotten it.
    pub async fn renew(&self, tenant: TenantId, run: RunId, ttl: Duration) -> Result<(), Degraded> {
        self.renew_many(tenant, &[run], ttl).await
    }

    /// [`Leases::renew`] for several runs, in one round trip.
    pub async fn renew_many(&self, tenant: TenantId, runs: &[RunId], ttl: Duration) -> Result<(), Degraded> {
        if runs.is_empty() {
            return Ok(());
        }
        let mut script = RENEW.key(self.key(tenant));
        script.arg(millis(ttl));
        for run in runs {
            script.arg(run.to_string());
        }
        self.0.run::<i64>(&script).await.map(drop)
    }

    /// Gives the lease back.
    pub async fn release(&self, tenant: TenantId, run: RunId) -> Result<(), Degraded> {
        self.release_many(tenant, &[run]).await
    }

    /// Gives several leases back, in one round trip.
    pub async fn release_many(&self, tenant: TenantId, runs: &[RunId]) -> Result<(), Degraded> {
        if runs.is_empty() {
            return Ok(());
        }
        let mut removal = redis::cmd("ZREM");
        removal.arg(self.key(tenant));
        for run in runs {
            removal.arg(run.to_string());
        }
        self.0.ask(async |mut redis| removal.query_async::<i64>(&mut redis).await).await.map(drop)
    }

    /// Which of `runs` have a lease now.
    pub async fn holders(&self, runs: &[(TenantId, RunId)]) -> Result<Vec<RunId>, Degraded> {
        if runs.is_empty() {
            return Ok(Vec::new());
        }
        let mut scores = redis::pipe();
        for (tenant, run) in runs {
            scores.cmd("ZSCORE").arg(self.key(*tenant)).arg(run.to_string());
        }
        let asked = async |mut redis: redis::aio::ConnectionManager| {
            let (seconds, micros): (u64, u64) = redis::cmd("TIME").query_async(&mut redis).await?;
            let deadlines: Vec<Option<u64>> = scores.query_async(&mut redis).await?;
            Ok((seconds * 1000 + micros / 1000, deadlines))
        };
        let (now, deadlines) = self.0.ask(asked).await?;
        let alive = |(run, deadline): (&(TenantId, RunId), Option<u64>)| (deadline? > now).then_some(run.1);
        Ok(runs.iter().zip(deadlines).filter_map(alive).collect())
    }

    /// The runs of the tenant that have a lease.
    pub async fn held(&self, tenant: TenantId) -> Result<Vec<RunId>, Degraded> {
        let script = HELD.key(self.key(tenant));
        let held: Vec<String> = self.0.run(&script).await?;
        Ok(held.iter().filter_map(|run| run.parse().ok()).collect())
    }

    /// How many runs of the tenant are in flight.
    pub async fn count(&self, tenant: TenantId) -> Result<u32, Degraded> {
        let script = COUNT.key(self.key(tenant));
        self.0.run(&script).await
    }

    fn key(&self, tenant: TenantId) -> String {
        self.0.key("leases", tenant)
    }
}

fn millis(ttl: Duration) -> u64 {
    u64::try_from(ttl.as_millis()).unwrap_or(u64::MAX)
}
