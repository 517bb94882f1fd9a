//! What can be asked for on the command line.

use std::path::PathBuf;

use clap::{Parser, Subcommand};

/// Administers an installation of Throughline.
#[derive(Debug, Parser)]
#[command(name = "throughline-admin", version)]
pub struct Arguments {
    /// The configuration file.
    #[arg(long, global = true, env = "THROUGHLINE_CONFIG")]
    pub config: Option<PathBuf>,
    /// Print JSON, for programs.
    #[arg(long, global = true)]
    pub json: bool,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Bring the database up to date, and give the services' roles the passwords of their addresses.
    Migrate,
    /// The queues and exchanges of the broker.
    #[command(subcommand)]
    Topology(TopologyCommand),
    /// Customers' organisations.
    #[command(subcommand)]
    Tenant(TenantCommand),
    /// Tokens for programs.
    #[command(subcommand)]
    ApiToken(ApiTokenCommand),
    /// Print the OpenAPI document of the gateway.
    Openapi {
        /// Write it here instead.
        #[arg(long)]
        out: Option<PathBuf>,
    },
    /// Messages that nobody could handle.
    #[command(subcommand)]
    Parked(ParkedCommand),
    /// Connector manifests.
    #[command(subcommand)]
    Connector(ConnectorCommand),
    /// The configuration.
    #[command(subcommand)]
    Config(ConfigCommand),
    /// Seal every tenant's data key under the current master key.
    RotateKeys,
}

/// The queues and exchanges of the broker.
#[derive(Debug, Subcommand)]
pub enum TopologyCommand {
    /// Declare what is missing.
    Declare,
    /// Say what there should be.
    Describe,
}

/// Customers' organisations.
#[derive(Debug, Subcommand)]
pub enum TenantCommand {
    /// Make a tenant with its data key and its owner.
    Create(NewTenant),
}

/// A tenant to be made.
#[derive(Debug, clap::Args)]
pub struct NewTenant {
    /// Name for people.
    #[arg(long)]
    pub name: String,
    /// Name for addresses: lower-case letters, digits and dashes.
    #[arg(long)]
    pub slug: String,
    /// E-mail address of its first owner.
    #[arg(long)]
    pub owner_email: String,
    /// Name of its first owner; the address when absent.
    #[arg(long)]
    pub owner_name: Option<String>,
    /// Password of its first owner; a new one is made and shown when absent.
    #[arg(long, env = "THROUGHLINE_OWNER_PASSWORD", hide_env_values = true)]
    pub password: Option<String>,
    /// Do nothing when the tenant is there already.
    #[arg(long)]
    pub if_missing: bool,
}

/// Tokens for programs.
#[derive(Debug, Subcommand)]
pub enum ApiTokenCommand {
    /// Make a token; it is shown once.
    Create(NewToken),
}

/// A token to be made.
#[derive(Debug, clap::Args)]
pub struct NewToken {
    /// Slug of the tenant.
    #[arg(long)]
    pub tenant: String,
    /// What it is for.
    #[arg(long)]
    pub name: String,
    /// viewer, editor, admin or owner.
    #[arg(long, default_value = "viewer")]
    pub role: String,
    /// After how many days it ends by itself; never when absent.
    #[arg(long)]
    pub expires_in_days: Option<u16>,
}

/// Messages that nobody could handle.
#[derive(Debug, Subcommand)]
pub enum ParkedCommand {
    /// List them, the oldest first.
    List {
        /// At most so many.
        #[arg(long, default_value_t = 50)]
        limit: usize,
    },
    /// Send one back to the queue that it was in, byte for byte.
    Replay {
        /// Its id.
        id: String,
    },
    /// Throw one away.
    Discard {
        /// Its id.
        id: String,
    },
}

/// Connector manifests.
#[derive(Debug, Subcommand)]
pub enum ConnectorCommand {
    /// Read a manifest and check all that can be checked without the system.
    Check {
        /// The YAML file.
        file: PathBuf,
    },
}

/// The configuration.
#[derive(Debug, Subcommand)]
pub enum ConfigCommand {
    /// Print what is in force, with each field explained and secrets redacted.
    Print,
}
