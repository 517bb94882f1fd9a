//! What a stack remembers.

use std::{
    collections::BTreeMap,
    fs,
    io::Write as _,
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
};

use anyhow::Context as _;
use clap::Args;
use serde::{Deserialize, Serialize};

use crate::{process::Process, secrets};

/// Everything in `state.json`.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct State {
    /// By name, so that addresses stay the same.
    pub(crate) ports: BTreeMap<String, u16>,
    /// What we started.
    pub(crate) processes: BTreeMap<String, Process>,
    /// From what each process was started.
    pub(crate) fingerprints: BTreeMap<String, String>,
    /// Servers that are somebody else's.
    pub(crate) given: Given,
    /// Made once.
    pub(crate) secrets: Option<Secrets>,
    /// Where Postgres has its data.
    pub(crate) postgres_data: Option<PathBuf>,
    /// How the programs are built.
    pub(crate) profile: String,
    /// Whether Postgres survives the end of the machine.
    pub(crate) durable: bool,
    /// What the console was built from.
    pub(crate) console: Option<String>,
    /// The demo tenant.
    pub(crate) demo: Option<Demo>,
}

/// Servers to use instead of private ones, by address.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Args)]
#[serde(default)]
pub(crate) struct Given {
    /// Your own Postgres: the owner of an empty database, who may create roles (postgres://owner:password@host/database).
    #[arg(long, env = "TL_POSTGRES_URL", value_name = "URL", hide_env_values = true)]
    pub(crate) postgres_url: Option<String>,
    /// Your own RabbitMQ, 3.10 or later (amqp://user:password@host:5672/vhost).
    #[arg(long, env = "TL_RABBITMQ_URL", value_name = "URL", hide_env_values = true)]
    pub(crate) rabbitmq_url: Option<String>,
    /// The management address of your own RabbitMQ; tests make virtual hosts through it (http://user:password@host:15672).
    #[arg(long, env = "TL_RABBITMQ_MGMT", value_name = "URL", hide_env_values = true)]
    pub(crate) rabbitmq_management_url: Option<String>,
    /// Your own Redis (redis://host:6379).
    #[arg(long, env = "TL_REDIS_URL", value_name = "URL", hide_env_values = true)]
    pub(crate) redis_url: Option<String>,
    /// Your own S3 server (http://host:9000).
    #[arg(long, env = "TL_S3_ENDPOINT", value_name = "URL", requires_all = ["s3_access_key", "s3_secret_key"])]
    pub(crate) s3_endpoint: Option<String>,
    /// Its access key.
    #[arg(long, env = "TL_S3_ACCESS_KEY", value_name = "KEY")]
    pub(crate) s3_access_key: Option<String>,
    /// Its secret key.
    #[arg(long, env = "TL_S3_SECRET_KEY", value_name = "KEY", hide_env_values = true)]
    pub(crate) s3_secret_key: Option<String>,
    /// An existing bucket there.
    #[arg(long, env = "TL_S3_BUCKET", value_name = "NAME")]
    pub(crate) s3_bucket: Option<String>,
}

/// Secrets of a private stack.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Secrets {
    /// Of the Postgres role of each service.
    pub(crate) roles: BTreeMap<String, String>,
    /// Seals tenants' keys: base64 of 32 bytes.
    pub(crate) master_key: String,
    /// Signs access tokens: PEM.
    pub(crate) signing_key: String,
    /// Of the person who logs in to the demo.
    pub(crate) login_password: String,
}

/// The demo tenant, once it exists.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Demo {
    /// E-mail address to log in with.
    pub(crate) login: String,
    /// Token for the API.
    pub(crate) api_token: String,
}

impl State {
    /// Reads `state.json`, or begins anew.
    pub(super) fn load(folder: &Path) -> anyhow::Result<Self> {
        match fs::read(file(folder)) {
            Ok(bytes) => serde_json::from_slice(&bytes).with_context(|| {
                format!("{} cannot be read; `cargo xtask reset` forgets it", file(folder).display())
            }),
            Err(_) => Ok(Self { profile: "dev".to_owned(), ..Self::default() }),
        }
    }

    /// Writes `state.json` for its owner's eyes only, in one move.
    pub(super) fn save(&self, folder: &Path) -> anyhow::Result<()> {
        let draft = folder.join("state.json.new");
        let mut options = fs::OpenOptions::new();
        let mut output = options.create(true).write(true).truncate(true).mode(0o600).open(&draft)?;
        output.write_all(&serde_json::to_vec_pretty(self)?)?;
        fs::rename(&draft, file(folder)).with_context(|| format!("writing {}", file(folder).display()))
    }
}

impl Given {
    /// These, and for what is not said here, what was said before.
    pub(crate) fn or(self, before: &Self) -> Self {
        let before = before.clone();
        Self {
            postgres_url: self.postgres_url.or(before.postgres_url),
            rabbitmq_url: self.rabbitmq_url.or(before.rabbitmq_url),
            rabbitmq_management_url: self.rabbitmq_management_url.or(before.rabbitmq_management_url),
            redis_url: self.redis_url.or(before.redis_url),
            s3_endpoint: self.s3_endpoint.or(before.s3_endpoint),
            s3_access_key: self.s3_access_key.or(before.s3_access_key),
            s3_secret_key: self.s3_secret_key.or(before.s3_secret_key),
            s3_bucket: self.s3_bucket.or(before.s3_bucket),
        }
    }
}

impl Secrets {
    /// Fresh ones.
    pub(crate) fn make() -> anyhow::Result<Self> {
        let mut roles = BTreeMap::new();
        for service in ["gateway", "scheduler", "worker", "sink"] {
            roles.insert(service.to_owned(), secrets::password()?);
        }
        Ok(Self {
            roles,
            master_key: secrets::key()?,
            signing_key: secrets::signing_key()?,
            login_password: secrets::password()?,
        })
    }
}

fn file(folder: &Path) -> PathBuf {
    folder.join("state.json")
}
