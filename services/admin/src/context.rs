//! What commands need: each connects only when it is asked for.

use anyhow::Context as _;
use throughline_chassis::Service;
use throughline_chassis::config::Config;
use throughline_domain::{Clock, SystemClock, Timestamp};
use throughline_gateway::keys::master_keys;
use throughline_queue::Broker;
use throughline_store::Store;
use throughline_vault::MasterKeys;

/// The installation that is administered.
#[derive(Debug, Clone)]
pub struct Context {
    /// What the operator set.
    pub config: Config,
}

impl Context {
    /// The installation of this configuration.
    pub const fn new(config: Config) -> Self {
        Self { config }
    }

    pub(crate) fn now(&self) -> Timestamp {
        SystemClock.now()
    }

    /// The address of the database's owner.
    pub(crate) fn owner_url(&self) -> anyhow::Result<&str> {
        let url = self.config.postgres_url(Service::Admin).context("[postgres] admin_url is not set")?;
        Ok(url.expose())
    }

    pub(crate) fn store(&self) -> anyhow::Result<Store> {
        Ok(Store::connect(self.owner_url()?, 2)?)
    }

    pub(crate) fn broker(&self) -> anyhow::Result<Broker> {
        Ok(Broker::new(self.config.rabbitmq.url.expose(), Service::Admin.full_name())?)
    }

    pub(crate) fn master_keys(&self) -> anyhow::Result<MasterKeys> {
        master_keys(&self.config.vault)
    }
}
