//! Two small partner systems that speak real HTTP: a monitor and a service desk. Their API is described in this
//! crate's README.

mod breakage;
mod clock;
mod control;
mod desk;
mod fault;
mod gates;
mod input;
mod limit;
mod monitor;
mod page;
mod problem;
mod snapshot;

use std::{net::SocketAddr, path::PathBuf, sync::Arc};

use anyhow::Context as _;
use chrono::{DateTime, Utc};
use tokio::task::JoinHandle;

use self::{clock::Ticker, control::Both, desk::Desk, monitor::Monitor};
pub use self::{
    desk::{Rules, Write},
    fault::{Fault, FaultMode},
    limit::RateLimit,
    monitor::{Auto, Hook, NewAlert},
};
use crate::server::Server;

/// How to start the playground; port 0 takes a free port.
#[derive(Debug, Clone)]
pub struct PlaygroundOptions {
    /// Address of the monitor's API.
    pub monitor: SocketAddr,
    /// Address of the desk's API.
    pub desk: SocketAddr,
    /// Address of the pages and the control API.
    pub control: SocketAddr,
    /// A folder in which both keep their records over a restart.
    pub state: Option<PathBuf>,
    /// Whether the monitor raises alerts on its own from the start.
    pub auto: Auto,
    /// Records are stamped from here on, a millisecond apart, instead of by the wall clock.
    pub frozen_at: Option<DateTime<Utc>>,
}

impl Default for PlaygroundOptions {
    fn default() -> Self {
        let any = SocketAddr::from(([127, 0, 0, 1], 0));
        Self { monitor: any, desk: any, control: any, state: None, auto: Auto::default(), frozen_at: None }
    }
}

/// Both partners, running. Dropping it stops them.
#[derive(Debug)]
pub struct Playground {
    monitor: Server,
    desk: Server,
    control: Server,
    tasks: Vec<JoinHandle<()>>,
}

impl Playground {
    /// Starts both partners and the control listener.
    ///
    /// # Errors
    /// When an address cannot be bound, or the snapshot cannot be read.
    pub async fn start(options: PlaygroundOptions) -> anyhow::Result<Self> {
        let control_address = reserve(options.control).await?;
        let pages = format!("http://{control_address}");
        let monitor = Monitor::new(pages.clone(), Ticker::new(options.frozen_at));
        let desk = Desk::new(pages, Ticker::new(options.frozen_at));
        monitor.set_auto(options.auto);
        let mut tasks = Vec::new();
        if let Some(folder) = options.state {
            let (monitor_file, desk_file) = (folder.join("monitor.json"), folder.join("desk.json"));
            snapshot::load(&*monitor, &monitor_file)?;
            snapshot::load(&*desk, &desk_file)?;
            tasks.push(tokio::spawn(snapshot::keep(Arc::clone(&monitor), monitor_file)));
            tasks.push(tokio::spawn(snapshot::keep(Arc::clone(&desk), desk_file)));
        }
        let monitor_server =
            Server::start_router(options.monitor, monitor.router()).await.context("the monitor")?;
        let desk_server = Server::start_router(options.desk, desk.router()).await.context("the desk")?;
        monitor.gates.own_port(monitor_server.gate());
        desk.gates.own_port(desk_server.gate());
        tasks.push(tokio::spawn(Arc::clone(&monitor).run_auto()));
        let both = Both {
            monitor,
            desk,
            monitor_address: monitor_server.address(),
            desk_address: desk_server.address(),
        };
        let control =
            Server::start_router(control_address, control::router(both)).await.context("the control")?;
        Ok(Self { monitor: monitor_server, desk: desk_server, control, tasks })
    }

    /// Base URL of the monitor's API.
    #[must_use]
    pub fn monitor_url(&self) -> String {
        format!("http://{}", self.monitor.address())
    }

    /// Base URL of the desk's API.
    #[must_use]
    pub fn desk_url(&self) -> String {
        format!("http://{}", self.desk.address())
    }

    /// Base URL of the pages and the control API.
    #[must_use]
    pub fn control_url(&self) -> String {
        format!("http://{}", self.control.address())
    }
}

impl Drop for Playground {
    fn drop(&mut self) {
        self.tasks.iter().for_each(JoinHandle::abort);
    }
}

/// Turns port 0 into a free port, because records name the address of their page.
async fn reserve(address: SocketAddr) -> anyhow::Result<SocketAddr> {
    if address.port() != 0 {
        return Ok(address);
    }
    let listener =
        tokio::net::TcpListener::bind(address).await.with_context(|| format!("a port at {address}"))?;
    Ok(listener.local_addr()?)
}
