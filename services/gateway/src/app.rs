//! What handlers share.

use std::sync::Arc;
use std::time::Duration;

use throughline_chassis::config;
use throughline_chassis::health::Health;
use throughline_chassis::metrics::Metrics;
use throughline_connectors::Catalogue;
use throughline_coord::{Accepted, Cancels, Live, LivePublisher};
use throughline_domain::Clock;
use throughline_queue::{Publisher, Requester};
use throughline_store::Store;
use tokio_util::sync::CancellationToken;

use crate::auth::access_token::AccessTokens;
use crate::auth::api_token::ApiTokens;
use crate::auth::throttle::LoginThrottle;
use crate::hooks::{Acceptance, Directory};
use crate::keys::TenantKeys;
use crate::payloads::Payloads;

/// The gateway's parts, one of each.
pub(crate) struct App {
    /// What the operator set.
    pub(crate) config: config::Gateway,
    /// The longest that the operator lets a run take.
    pub(crate) run_timeout: Duration,
    /// What time it is.
    pub(crate) clock: Arc<dyn Clock>,
    /// Postgres.
    pub(crate) store: Store,
    /// Tenants' data keys.
    pub(crate) keys: TenantKeys,
    /// Captured phases.
    pub(crate) payloads: Payloads,
    /// Triggers leave here.
    pub(crate) publisher: Publisher,
    /// Webhooks leave here.
    pub(crate) acceptance: Acceptance,
    /// Questions to workers.
    pub(crate) requester: Requester,
    /// Events for watchers.
    pub(crate) live: Live,
    /// Where the gateway says what it changed.
    pub(crate) announce: LivePublisher,
    /// Runs that were accepted a moment ago.
    pub(crate) accepted: Accepted,
    /// Where runs are asked to stop.
    pub(crate) cancels: Cancels,
    /// The built-in connectors.
    pub(crate) catalogue: Catalogue,
    /// Webhook addresses.
    pub(crate) hooks: Directory,
    /// Access tokens.
    pub(crate) access_tokens: AccessTokens,
    /// API tokens seen a moment ago.
    pub(crate) api_tokens: ApiTokens,
    /// Slows down guessing.
    pub(crate) login_throttle: LoginThrottle,
    /// What `/readyz` says.
    pub(crate) health: Health,
    /// The instruments.
    pub(crate) metrics: Metrics,
    /// Cancelled when the process ends, for answers that would go on for ever.
    pub(crate) shutdown: CancellationToken,
}
