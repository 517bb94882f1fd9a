//! One struct per topic. The doc comments are printed by `config print` and make up `docs/configuration.md`.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use ipnet::IpNet;
use toml::Value;

use super::secret::{Secret, ServerUrl};
use super::section::section;
use super::setting::{ByteSize, Setting};

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// One JSON object per line, for collectors.
    Json,
}

impl Setting for LogFormat {
    const WANTS: &'static str = "\"text\" or \"json\"";
    fn from_text(text: &str) -> Result<Self, String> {
        match text {
            "text" => Ok(Self::Text),
            "json" => Ok(Self::Json),
            _ => Err(format!("should be {}", Self::WANTS)),
        }
    }
    fn shown(&self) -> Option<Value> {
        Some(Value::from(match self {
            Self::Text => "text",
            Self::Json => "json",
        }))
    }
}

section! {
    /// Logs, traces and metrics.
    Telemetry as "telemetry" {
        /// How log lines look: `text` for people, `json` for collectors.
        log_format: LogFormat = LogFormat::Text,
        /// What is logged, as a tracing filter: `info`, or `info,throughline_worker=debug`.
        log_level: String = "info".to_owned(),
        /// Where traces and metrics go: the base address of an OTLP/HTTP receiver, such as `http://collector:4318`.
        /// Not set: they go nowhere.
        otlp_endpoint: Option<String> = None,
        /// How often metrics are sent.
        metrics_interval: Duration = Duration::from_secs(15),
    }
}

section! {
    /// Postgres. Every service logs in as a role of its own, so that a table has one writer.
    Postgres as "postgres" {
        /// The address for the gateway.
        gateway_url: Option<ServerUrl> = None,
        /// The address for the scheduler.
        scheduler_url: Option<ServerUrl> = None,
        /// The address for workers.
        worker_url: Option<ServerUrl> = None,
        /// The address for the sink.
        sink_url: Option<ServerUrl> = None,
        /// The address for administration: owns the schema, migrates it, makes tenants.
        admin_url: Option<ServerUrl> = None,
        /// The most connections that one process opens.
        max_connections: u32 = 16,
        /// How long to wait for a free connection before giving up.
        acquire_timeout: Duration = Duration::from_secs(5),
        /// How long one statement may take before Postgres ends it, so that no question can occupy it for long.
        statement_timeout: Duration = Duration::from_secs(20),
    }
}

section! {
    /// RabbitMQ, version 3.10 or later. Carries everything between the services.
    RabbitMq as "rabbitmq" {
        /// The address, with the virtual host as path: `amqp://user:password@host:5672/%2f`.
        url: ServerUrl = ServerUrl::from("amqp://guest:guest@127.0.0.1:5672/%2f"),
        /// How long a message may stay unconfirmed by the broker, reconnects included, before its publisher gives up.
        publish_timeout: Duration = Duration::from_secs(10),
    }
}

section! {
    /// Redis. Holds nothing that cannot be lost: without it the service goes on with limits per process.
    Redis as "redis" {
        /// The address: `redis://host:6379`, or `rediss://…` with TLS.
        url: ServerUrl = ServerUrl::from("redis://127.0.0.1:6379"),
        /// The longest that one call may take before the service goes on without Redis.
        timeout: Duration = Duration::from_millis(100),
    }
}

section! {
    /// Object storage (S3). Holds the captured payloads.
    S3 as "s3" {
        /// The address of an S3-compatible server. Not set: Amazon's, of the region.
        endpoint: Option<String> = None,
        /// The region.
        region: String = "us-east-1".to_owned(),
        /// The bucket; it must exist.
        bucket: String = "throughline".to_owned(),
        /// The access key.
        access_key: String = String::new(),
        /// The secret key.
        secret_key: Option<Secret> = None,
        /// Put the bucket into the path instead of the host name; most servers other than Amazon's want this.
        path_style: bool = true,
    }
}

section! {
    /// The keys that seal tenants' credentials and payloads.
    Vault as "vault" {
        /// The master key: 32 random bytes in base64. Without it nothing that is sealed can be read again.
        master_key: Option<Secret> = None,
        /// The name of the master key; written beside everything that it seals. A new key needs a new name.
        key_id: String = "k1".to_owned(),
        /// Former master keys, as `name:base64`, until `rotate-keys` has sealed everything anew.
        previous_keys: Vec<Secret> = Vec::new(),
    }
}

section! {
    /// The gateway: API, webhooks, console.
    Gateway as "gateway" {
        /// The address to listen on; port 0 takes a free one.
        listen: SocketAddr = SocketAddr::from(([127, 0, 0, 1], 8080)),
        /// The address that people and partner systems use to reach the gateway; webhook addresses begin with it.
        public_url: String = "http://127.0.0.1:8080".to_owned(),
        /// Networks of the proxies in front of the gateway. They are believed when they say in `X-Forwarded-For` whom they
        /// speak for; logins are counted by that address. Without them, everybody behind a proxy counts as one.
        trusted_proxies: Vec<IpNet> = Vec::new(),
        /// The folder with the built console. Not set: the one inside the program.
        console_dir: Option<PathBuf> = None,
        /// The key that signs access tokens: Ed25519, PKCS#8, PEM. All gateways must have the same one.
        jwt_private_key: Option<Secret> = None,
        /// How long an access token is valid, in seconds.
        access_token_seconds: u32 = 900,
        /// How long a login lasts without being used.
        refresh_token_ttl: Duration = Duration::from_secs(30 * 86_400),
        /// The largest webhook body that is accepted.
        hook_body_limit: ByteSize = ByteSize::mib(5),
        /// The largest API request body that is accepted.
        api_body_limit: ByteSize = ByteSize::mib(1),
    }
}

section! {
    /// The scheduler: decides which runs start, and when.
    Scheduler as "scheduler" {
        /// How many runs of one tenant may be in flight; more wait in Postgres.
        tenant_in_flight: u32 = 32,
        /// How many runs may wait in the broker before further ones wait in Postgres instead.
        queue_depth: u32 = 1000,
        /// The longest that a run may take; beyond it the scheduler settles it as failed. An action whose `limits.timeout` is
        /// longer cannot be published.
        run_timeout: Duration = Duration::from_secs(10 * 60),
        /// How often due work is looked for when there was none.
        tick: Duration = Duration::from_millis(250),
    }
}

section! {
    /// Workers: execute runs. The only service that calls tenants' systems.
    Worker as "worker" {
        /// How many runs one process executes at a time.
        concurrency: u32 = 32,
        /// Private networks that tenants' systems may live in. Every other private, loopback, link-local or metadata
        /// address is refused. Leave empty in a public cloud.
        allow_addresses: Vec<IpNet> = Vec::new(),
        /// The longest that connecting to a system may take.
        connect_timeout: Duration = Duration::from_secs(10),
        /// The largest answer that is read from a system.
        answer_limit: ByteSize = ByteSize::mib(32),
    }
}

section! {
    /// The sink: stores the history of runs. A batch closes at whichever limit it meets first.
    Sink as "sink" {
        /// The most runs in one batch. Twice as many may be in memory: a batch in hand, and one that fills.
        batch_max_runs: u32 = 256,
        /// The most bytes in one batch, before compression; about the size of one stored object.
        batch_max_bytes: ByteSize = ByteSize::mib(8),
        /// The longest that a run waits for its batch to fill.
        batch_max_wait: Duration = Duration::from_millis(250),
    }
}

section! {
    /// Where the services without an API of their own answer `/healthz`, `/readyz` and `/version`.
    Health as "health" {
        /// The scheduler's address; port 0 takes a free one.
        scheduler: SocketAddr = SocketAddr::from(([127, 0, 0, 1], 0)),
        /// The worker's address.
        worker: SocketAddr = SocketAddr::from(([127, 0, 0, 1], 0)),
        /// The sink's address.
        sink: SocketAddr = SocketAddr::from(([127, 0, 0, 1], 0)),
    }
}

section! {
    /// How a process ends.
    Shutdown as "shutdown" {
        /// How long a process may finish what it has begun after SIGTERM; a second signal ends it at once.
        drain: Duration = Duration::from_secs(20),
    }
}
