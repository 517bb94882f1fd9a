//! From a token to an action. What was found is remembered, so that webhooks are taken while Postgres is away.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use moka::future::Cache;
use throughline_store::hooks::{self, Hook};
use throughline_store::{Store, StoreError};

use crate::auth::secret;
use crate::problem::{Answer, Problem, ProblemCode};

/// For how long an entry is taken as it is.
const FRESH: Duration = Duration::from_secs(5);
/// For how long an entry stands in for a database that is away.
const KEPT: Duration = Duration::from_secs(24 * 3600);
/// How long the database may take when an older entry is at hand.
const PATIENCE: Duration = Duration::from_millis(300);
/// For how long the database is not asked again after it was away.
const PAUSE: Duration = Duration::from_secs(2);

/// Webhook addresses, looked up and remembered.
pub(crate) struct Directory {
    known: Cache<String, Entry>,
    away_until: Mutex<Option<Instant>>,
}

#[derive(Clone)]
struct Entry {
    hook: Hook,
    read_at: Instant,
}

impl Directory {
    /// None remembered yet.
    pub(crate) fn new() -> Self {
        Self {
            known: Cache::builder().max_capacity(100_000).time_to_live(KEPT).build(),
            away_until: Mutex::new(None),
        }
    }

    /// What a token leads to.
    pub(crate) async fn find(&self, store: &Store, token: &str) -> Answer<Hook> {
        let hash = secret::hash(token);
        match self.known.get(&hash).await {
            Some(entry) if entry.read_at.elapsed() < FRESH || self.is_away() => Ok(entry.hook),
            Some(entry) => self.refresh(store, hash, entry.hook).await,
            None => self.look_up(store, hash).await.map_err(Problem::from)?.ok_or_else(unknown),
        }
    }

    /// Forgets what a token leads to, after a change.
    pub(crate) async fn forget(&self, hash: &str) {
        self.known.invalidate(hash).await;
    }

    /// Reads an entry again; the older one stands in when the database is away or slow.
    async fn refresh(&self, store: &Store, hash: String, older: Hook) -> Answer<Hook> {
        match tokio::time::timeout(PATIENCE, self.look_up(store, hash)).await {
            Ok(Ok(found)) => found.ok_or_else(unknown),
            Ok(Err(error)) if !error.is_transient() => Err(error.into()),
            Ok(Err(_)) | Err(_) => {
                self.pause();
                Ok(older)
            }
        }
    }

    async fn look_up(&self, store: &Store, hash: String) -> Result<Option<Hook>, StoreError> {
        let found = hooks::by_hash(store, &hash).await?;
        match &found {
            Some(hook) => {
                self.known.insert(hash, Entry { hook: hook.clone(), read_at: Instant::now() }).await
            }
            None => self.known.invalidate(&hash).await,
        }
        Ok(found)
    }

    fn is_away(&self) -> bool {
        let until = self.away_until.lock().map_or(None, |until| *until);
        until.is_some_and(|until| Instant::now() < until)
    }

    fn pause(&self) {
        if let Ok(mut until) = self.away_until.lock() {
            *until = Some(Instant::now() + PAUSE);
        }
    }
}

fn unknown() -> Problem {
    Problem::new(
        ProblemCode::HookUnknown,
        "Copy the address from the integration again; it may have been deleted or changed, or its action no longer listens.",
    )
}
