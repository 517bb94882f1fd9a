//! The only HTTP client of the project.
//!
//! Tenants say where to call, so every call is guarded: names are resolved and every address checked before the client
//! connects to exactly that address, again on each redirect; answers are bounded in size and time; every exchange is
//! recorded.

mod authorities;
mod body;
mod guard;
mod resolver;
mod send;
mod stopwatch;
mod trouble;

use std::sync::Arc;
use std::time::Duration;

use ipnet::IpNet;
use reqwest::Certificate;

pub(crate) use authorities::read_authorities;
use guard::Guard;
use resolver::GuardedResolver;
pub(crate) use send::{Answer, Request, host_of};
use stopwatch::TimingLayer;
pub(crate) use trouble::Trouble;

/// Limits of calls to tenants' systems.
#[derive(Debug, Clone)]
pub struct EgressConfig {
    /// Addresses that may be called although they are not public.
    pub allow: Vec<IpNet>,
    /// Name resolution, TCP and TLS together.
    pub connect_timeout: Duration,
    /// Between two pieces of an answer.
    pub read_timeout: Duration,
    /// From the first byte sent to the last byte received, redirects included.
    pub total_timeout: Duration,
    /// Bytes of one answer, after decompression.
    pub max_body_bytes: usize,
    /// What we call ourselves.
    pub user_agent: String,
}

impl Default for EgressConfig {
    fn default() -> Self {
        Self {
            allow: Vec::new(),
            connect_timeout: Duration::from_secs(5),
            read_timeout: Duration::from_secs(20),
            total_timeout: Duration::from_secs(30),
            max_body_bytes: 16 * 1024 * 1024,
            user_agent: concat!("throughline/", env!("CARGO_PKG_VERSION")).to_owned(),
        }
    }
}

/// The client could not be made: no TLS roots, or a user agent that is no header value.
#[derive(Debug, thiserror::Error)]
#[error("the HTTP client cannot be made: {0}")]
pub struct EgressError(#[from] reqwest::Error);

/// The guarded HTTP client. Cheap to clone; one per process is enough.
#[derive(Clone, Debug)]
pub struct Egress {
    client: reqwest::Client,
    guard: Arc<Guard>,
    config: Arc<EgressConfig>,
}

/// Kept-alive connections are dropped before common servers (5 s) drop them: a write on a dropped one would be in doubt.
const IDLE: Duration = Duration::from_secs(4);

impl Egress {
    /// A client with these limits.
    pub fn new(config: EgressConfig) -> Result<Self, EgressError> {
        // Fails only if another crate of the process has chosen its provider already, which serves as well.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let guard = Arc::new(Guard::new(config.allow.clone()));
        let client = client(&config, &guard, Vec::new())?;
        Ok(Self { client, guard, config: Arc::new(config) })
    }

    /// The same client with another time limit for whole requests.
    #[must_use]
    pub fn with_total_timeout(&self, total_timeout: Duration) -> Self {
        let config = EgressConfig { total_timeout, ..EgressConfig::clone(&self.config) };
        Self { config: Arc::new(config), ..self.clone() }
    }

    /// A client with the same limits that trusts these authorities as well as the public ones.
    pub(crate) fn trusting(&self, authorities: Vec<Certificate>) -> Result<Self, EgressError> {
        let client = client(&self.config, &self.guard, authorities)?;
        Ok(Self { client, ..self.clone() })
    }
}

#[allow(clippy::disallowed_methods, reason = "the only way out to tenants' systems")]
fn client(
    config: &EgressConfig,
    guard: &Arc<Guard>,
    authorities: Vec<Certificate>,
) -> Result<reqwest::Client, EgressError> {
    let mut builder = reqwest::Client::builder()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .referer(false)
        .dns_resolver(Arc::new(GuardedResolver(Arc::clone(guard))))
        .connector_layer(TimingLayer)
        .connect_timeout(config.connect_timeout)
        .read_timeout(config.read_timeout)
        .pool_idle_timeout(IDLE)
        .pool_max_idle_per_host(32)
        .user_agent(&config.user_agent);
    if !authorities.is_empty() {
        builder = builder.tls_certs_merge(authorities);
    }
    Ok(builder.build()?)
}
