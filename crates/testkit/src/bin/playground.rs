//! `throughline-playground`: the monitor and the desk as one process.

use std::{net::SocketAddr, path::PathBuf};

use clap::Parser;
use throughline_testkit::partners::{Auto, Playground, PlaygroundOptions};

/// Two partner systems to integrate: a monitor and a service desk.
#[derive(Debug, Parser)]
#[command(version)]
struct Arguments {
    /// Address of the monitor's API.
    #[arg(long, default_value = "127.0.0.1:7411")]
    monitor: SocketAddr,
    /// Address of the desk's API.
    #[arg(long, default_value = "127.0.0.1:7412")]
    desk: SocketAddr,
    /// Address of the pages and the control API.
    #[arg(long, default_value = "127.0.0.1:7410")]
    control: SocketAddr,
    /// Keeps the records of both in this folder.
    #[arg(long)]
    state: Option<PathBuf>,
    /// Raises and clears alerts on its own, so many milliseconds apart.
    #[arg(long)]
    auto_every_ms: Option<u64>,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let Arguments { monitor, desk, control, state, auto_every_ms } = Arguments::parse();
    let auto = auto_every_ms.map_or_else(Auto::default, |every_ms| Auto {
        enabled: true,
        every_ms,
        ..Auto::default()
    });
    let options = PlaygroundOptions { monitor, desk, control, state, auto, frozen_at: None };
    let _running = Playground::start(options).await?;
    std::future::pending().await
}
