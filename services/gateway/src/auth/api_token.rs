//! API tokens: looked up by hash, remembered for seconds.

use std::sync::Arc;
use std::time::Duration;

use moka::future::Cache;
use throughline_domain::Timestamp;
use throughline_store::Store;
use throughline_store::api_tokens::{self, ApiToken};

use super::secret;
use crate::caller::{Caller, Principal};
use crate::problem::{Answer, Problem, ProblemCode};

/// Tokens seen a moment ago. A token that is revoked through another gateway is refused here after [`REMEMBERED`].
pub(crate) struct ApiTokens {
    seen: Cache<String, Arc<ApiToken>>,
}

const REMEMBERED: Duration = Duration::from_secs(5);

impl ApiTokens {
    /// None seen yet.
    pub(crate) fn new() -> Self {
        Self { seen: Cache::builder().max_capacity(10_000).time_to_live(REMEMBERED).build() }
    }

    /// Whom a token stands for.
    pub(crate) async fn check(&self, store: &Store, token: &str, now: Timestamp) -> Answer<Caller> {
        let hash = secret::hash(token);
        let found = match self.seen.get(&hash).await {
            Some(found) => found,
            None => self.look_up(store, hash, now).await?,
        };
        if found.expires_at.is_some_and(|end| end <= now) {
            return Err(Problem::new(
                ProblemCode::TokenExpired,
                "The API token has expired; make a new one.",
            ));
        }
        let principal = Principal::ApiToken(found.id, found.name.clone());
        Ok(Caller { tenant: found.tenant, principal, role: found.role })
    }

    /// Forgets a token that was revoked.
    pub(crate) async fn forget(&self, hash: &str) {
        self.seen.invalidate(hash).await;
    }

    async fn look_up(&self, store: &Store, hash: String, now: Timestamp) -> Answer<Arc<ApiToken>> {
        let unknown = || {
            Problem::new(ProblemCode::TokenInvalid, "The API token is unknown, has expired, or was revoked.")
        };
        let found = Arc::new(api_tokens::by_hash(store, &hash, now).await?.ok_or_else(unknown)?);
        let mut tx = store.tenant(found.tenant).await?;
        api_tokens::touch(&mut tx, found.tenant, found.id, now).await?;
        tx.commit().await.map_err(throughline_store::StoreError::from)?;
        self.seen.insert(hash, Arc::clone(&found)).await;
        Ok(found)
    }
}
