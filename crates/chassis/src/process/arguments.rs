//! The arguments that every service takes.

use std::path::PathBuf;

use clap::Parser;

/// A service of Throughline. Every setting is explained by `throughline-admin config print`.
#[derive(Debug, Parser)]
#[command(version)]
pub(super) struct Arguments {
    /// The configuration file.
    #[arg(long, env = "THROUGHLINE_CONFIG", value_name = "FILE")]
    pub(super) config: Option<PathBuf>,
    /// Write the address that this process listens on to this file.
    #[arg(long, env = "THROUGHLINE_ADDRESS_FILE", value_name = "FILE")]
    pub(super) address_file: Option<PathBuf>,
}
