//! The connection to Redis, which may be away.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use redis::aio::{ConnectionManager, ConnectionManagerConfig, MultiplexedConnection};
use redis::{Client, FromRedisValue, RedisError, RedisResult, ScriptInvocation};
use tokio::time::Instant;

/// After a failure, calls are answered without trying for this long.
const REST: Duration = Duration::from_secs(1);
/// The longest that connecting may take; callers do not wait for it.
const CONNECT: Duration = Duration::from_secs(2);

/// Redis is away, or too slow, or was asked a moment ago and was away. The caller goes on without.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("Redis is away: {0}")]
pub struct Degraded(pub String);

impl From<RedisError> for Degraded {
    fn from(error: RedisError) -> Self {
        Self(error.to_string())
    }
}

/// Redis, if it is there. Clones share one connection.
#[derive(Clone)]
pub struct Coord {
    shared: Arc<Shared>,
    prefix: Arc<str>,
}

struct Shared {
    client: Client,
    timeout: Duration,
    manager: OnceLock<ConnectionManager>,
    circuit: Circuit,
}

impl Coord {
    /// The Redis at `url`; `timeout` bounds every call. Does not connect yet; fails only when the address is not one.
    pub fn new(url: &str, timeout: Duration) -> Result<Self, Degraded> {
        let client = Client::open(url)?;
        let shared = Shared { client, timeout, manager: OnceLock::new(), circuit: Circuit::default() };
        Ok(Self { shared: Arc::new(shared), prefix: "throughline:".into() })
    }

    /// Puts `prefix` before every key, for several installations (or tests) in one Redis.
    #[must_use]
    pub fn with_prefix(self, prefix: &str) -> Self {
        Self { prefix: prefix.into(), ..self }
    }

    /// Whether Redis answers now. Readiness never depends on it.
    pub async fn ping(&self) -> Result<(), Degraded> {
        self.ask(async |mut redis| redis::cmd("PING").query_async::<()>(&mut redis).await).await
    }

    /// A key of this installation.
    pub(crate) fn key(&self, kind: &str, name: impl std::fmt::Display) -> String {
        format!("{}{kind}:{name}", self.prefix)
    }

    /// Asks Redis, within the bound; at once refused while it rests after a failure.
    pub(crate) async fn ask<T>(
        &self,
        question: impl AsyncFnOnce(ConnectionManager) -> RedisResult<T>,
    ) -> Result<T, Degraded> {
        let circuit = &self.shared.circuit;
        circuit.admit()?;
        let asked = async { question(self.manager()?).await };
        let answer = match tokio::time::timeout(self.shared.timeout, asked).await {
            Ok(Ok(answer)) => {
                circuit.closed();
                return Ok(answer);
            }
            Ok(Err(error)) => Degraded::from(error),
            Err(_) => Degraded(format!("no answer within {:?}", self.shared.timeout)),
        };
        circuit.opened(&answer);
        Err(answer)
    }

    /// Runs a script, within the bound.
    pub(crate) async fn run<T: FromRedisValue>(&self, script: &ScriptInvocation<'_>) -> Result<T, Degraded> {
        self.ask(async |mut redis| script.invoke_async(&mut redis).await).await
    }

    /// A connection of one's own, for commands that block.
    pub(crate) async fn own_connection(&self) -> Result<MultiplexedConnection, Degraded> {
        let unhurried = redis::AsyncConnectionConfig::new()
            .set_connection_timeout(Some(CONNECT))
            .set_response_timeout(None);
        Ok(self.shared.client.get_multiplexed_async_connection_with_config(&unhurried).await?)
    }

    /// Made when first needed, because it belongs to the async runtime. Reconnects by itself, in the background.
    fn manager(&self) -> RedisResult<ConnectionManager> {
        if let Some(manager) = self.shared.manager.get() {
            return Ok(manager.clone());
        }
        let config = ConnectionManagerConfig::new()
            .set_connection_timeout(Some(CONNECT))
            .set_response_timeout(Some(self.shared.timeout))
            .set_number_of_retries(0);
        let fresh = ConnectionManager::new_lazy_with_config(self.shared.client.clone(), config)?;
        Ok(self.shared.manager.get_or_init(|| fresh).clone())
    }
}

impl std::fmt::Debug for Coord {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Coord").field("prefix", &self.prefix).finish_non_exhaustive()
    }
}

/// Whether Redis is worth asking.
#[derive(Debug, Default)]
struct Circuit(Mutex<Option<Resting>>);

#[derive(Debug, Clone)]
struct Resting {
    until: Instant,
    why: Degraded,
}

impl Circuit {
    /// An error while Redis rests. When the rest is over, one caller tries; the others are refused until it knows.
    fn admit(&self) -> Result<(), Degraded> {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(resting) = state.as_mut() else { return Ok(()) };
        if Instant::now() < resting.until {
            return Err(resting.why.clone());
        }
        resting.until = Instant::now() + REST;
        Ok(())
    }

    fn closed(&self) {
        let was = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        if was.is_some() {
            tracing::info!("Redis is back");
        }
    }

    fn opened(&self, why: &Degraded) {
        let resting = Resting { until: Instant::now() + REST, why: why.clone() };
        let was = self.0.lock().unwrap_or_else(PoisonError::into_inner).replace(resting);
        if was.is_none() {
            tracing::warn!(error = %why, "going on without Redis");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(flavor = "current_thread")]
    async fn after_a_failure_nobody_asks_until_the_rest_is_over() {
        let circuit = Circuit::default();
        assert!(circuit.admit().is_ok());
        circuit.opened(&Degraded("refused".to_owned()));
        assert_eq!(circuit.admit(), Err(Degraded("refused".to_owned())));
        circuit.closed();
        assert!(circuit.admit().is_ok());
    }
}
