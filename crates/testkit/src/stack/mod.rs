//! A private slice of the shared test servers.
//!
//! `cargo xtask test` (or `eval "$(cargo xtask env)"`) starts one Postgres, one RabbitMQ and one Redis and puts their
//! addresses into the environment. Each test takes a database, a virtual host, a Redis database and an S3 server of its
//! own, and gives them back when it ends.

mod postgres;
mod rabbitmq;
mod s3;

use std::env;

use anyhow::Context as _;

pub use self::{postgres::Database, rabbitmq::VirtualHost, s3::ObjectStore};

/// Redis databases of the servers that `xtask` starts.
const REDIS_DATABASES: u32 = 1024;
/// A master key that seals nothing worth keeping: 32 times the letter `k`, in base64.
const MASTER_KEY: &str = "a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2s=";
/// An Ed25519 key that signs nothing worth keeping.
const SIGNING_KEY: &str = "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIGtra2tra2tra2tra2tra2tra2tra2tra2tra2tra2tr\n-----END PRIVATE KEY-----\n";

/// Addresses of the shared servers.
#[derive(Debug, Clone)]
pub struct Servers {
    /// The owner of the Postgres server.
    pub postgres_url: String,
    /// RabbitMQ, any virtual host.
    pub rabbitmq_url: String,
    /// RabbitMQ's management API.
    pub rabbitmq_management_url: String,
    /// Redis, without a database.
    pub redis_url: String,
}

impl Servers {
    /// As the environment says.
    ///
    /// # Errors
    /// When a variable is missing, with what to do.
    #[allow(clippy::disallowed_methods, reason = "the one place where tests read the environment")]
    pub fn from_env() -> anyhow::Result<Self> {
        let read = |name: &str| {
            env::var(name).with_context(|| {
                format!("{name} is not set: eval \"$(cargo xtask env)\" starts test servers")
            })
        };
        Ok(Self {
            postgres_url: read("TL_POSTGRES_URL")
                .or_else(|error| env::var("DATABASE_URL").map_err(|_| error))?,
            rabbitmq_url: read("TL_RABBITMQ_URL")?,
            rabbitmq_management_url: read("TL_RABBITMQ_MGMT")?,
            redis_url: read("TL_REDIS_URL")?,
        })
    }

    /// A Redis database that no other running test uses: tests are processes, so their pids tell them apart.
    #[must_use]
    pub fn redis_database(&self) -> String {
        format!("{}/{}", self.redis_url.trim_end_matches('/'), std::process::id() % REDIS_DATABASES)
    }
}

/// One test's own Postgres database, RabbitMQ virtual host, Redis database and S3 server.
#[derive(Debug)]
pub struct TestStack {
    /// Migrated, and empty.
    pub database: Database,
    /// Empty: nothing is declared yet.
    pub broker: VirtualHost,
    /// Address with a database number.
    pub redis_url: String,
    /// With one empty bucket.
    pub objects: ObjectStore,
}

impl TestStack {
    /// Takes a slice of everything.
    ///
    /// # Errors
    /// When a server is not there.
    pub async fn start() -> anyhow::Result<Self> {
        let servers = Servers::from_env()?;
        Ok(Self {
            database: Database::create(&servers).await?,
            broker: VirtualHost::create(&servers).await?,
            redis_url: servers.redis_database(),
            objects: ObjectStore::start().await?,
        })
    }

    /// The configuration file of services that run on this stack; ports are free ones, loopback systems are allowed.
    #[must_use]
    pub fn config(&self) -> String {
        let role = |service: &str| self.database.url_of(&format!("throughline_{service}"));
        format!(
            "[postgres]\nadmin_url = \"{}\"\ngateway_url = \"{}\"\nscheduler_url = \"{}\"\nworker_url = \"{}\"\nsink_url = \"{}\"\n\
             max_connections = 4\n[rabbitmq]\nurl = \"{}\"\n[redis]\nurl = \"{}\"\n\
             [s3]\nendpoint = \"{}\"\nbucket = \"{}\"\naccess_key = \"{}\"\nsecret_key = \"{}\"\n\
             [vault]\nmaster_key = \"{MASTER_KEY}\"\n[gateway]\nlisten = \"127.0.0.1:0\"\njwt_private_key = '''{SIGNING_KEY}'''\n\
             [worker]\nallow_addresses = [\"127.0.0.0/8\"]\n",
            self.database.url(),
            role("gateway"),
            role("scheduler"),
            role("worker"),
            role("sink"),
            self.broker.url(),
            self.redis_url,
            self.objects.endpoint(),
            self.objects.bucket(),
            self.objects.access_key(),
            self.objects.secret_key(),
        )
    }
}
