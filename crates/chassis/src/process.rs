//! From `main` to a running service and back to an exit code.

mod arguments;
mod run;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Context;
use tokio::net::TcpListener;

use crate::Service;
use crate::config::Config;
use crate::health::{self, Health};
use crate::metrics::Metrics;
use crate::shutdown::Shutdown;
use crate::task::Supervisor;

pub use run::{install_crypto_provider, load_config, run};

/// What a service is given to run with; clones share everything.
#[derive(Debug, Clone)]
pub struct Process {
    /// Which service this is.
    pub service: Service,
    /// The checked configuration.
    pub config: Arc<Config>,
    /// When and how to end.
    pub shutdown: Shutdown,
    /// What `/readyz` says.
    pub health: Health,
    /// The instruments.
    pub metrics: Metrics,
    /// Where to write the address that this process listens on.
    address_file: Option<PathBuf>,
}

impl Process {
    /// For tests: no signals, no exporter, no file; the configuration is not checked.
    pub fn for_tests(service: Service, config: Config) -> Self {
        let metrics = Metrics::new(&opentelemetry::global::meter("throughline"));
        Self::new(service, config, metrics, None)
    }

    fn new(service: Service, config: Config, metrics: Metrics, address_file: Option<PathBuf>) -> Self {
        let (shutdown, health) = (Shutdown::new(config.shutdown.drain), Health::new(service));
        Self { service, config: Arc::new(config), shutdown, health, metrics, address_file }
    }

    /// A supervisor whose loops end with this process and report to its health.
    pub fn supervisor(&self) -> Supervisor {
        Supervisor::new(self.shutdown.token(), self.health.clone())
    }

    /// Says in the log, and in the file of `--address-file` if given, where this process listens.
    pub fn announce(&self, address: SocketAddr) -> std::io::Result<()> {
        tracing::info!(service = %self.service, listen.address = %address, "listening");
        let Some(file) = &self.address_file else { return Ok(()) };
        let draft = file.with_extension("draft");
        std::fs::write(&draft, format!("http://{address}\n"))?;
        std::fs::rename(&draft, file)
    }

    /// Binds the configured health address, announces it, and serves until shutdown as a task of `supervisor`.
    /// For services without an HTTP server of their own.
    pub async fn serve_health(&self, supervisor: &mut Supervisor) -> anyhow::Result<SocketAddr> {
        let wanted = match self.service {
            Service::Scheduler => self.config.health.scheduler,
            Service::Sink => self.config.health.sink,
            _ => self.config.health.worker,
        };
        let listener = TcpListener::bind(wanted)
            .await
            .with_context(|| format!("[health] {} cannot be bound", self.service))?;
        let address = listener.local_addr()?;
        self.announce(address).context("the address file cannot be written")?;
        let (health, mut first) = (self.health.clone(), Some(listener));
        supervisor.keep("health", move |shutdown| {
            let (health, bound) = (health.clone(), first.take());
            async move {
                let listener = match bound {
                    Some(listener) => listener,
                    None => TcpListener::bind(address).await?,
                };
                Ok(health::serve(listener, health, shutdown).await?)
            }
        });
        Ok(address)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_health_address_is_written_where_it_was_asked_for() {
        let file = std::env::temp_dir().join(format!("throughline-address-{}", std::process::id()));
        let mut process = Process::for_tests(Service::Sink, Config::default());
        process.address_file = Some(file.clone());
        let mut supervisor = process.supervisor();
        let address = process.serve_health(&mut supervisor).await.unwrap();
        assert_eq!(std::fs::read_to_string(&file).unwrap(), format!("http://{address}\n"));
        std::fs::remove_file(&file).unwrap();
        process.shutdown.ask();
        supervisor.finish().await;
    }
}
