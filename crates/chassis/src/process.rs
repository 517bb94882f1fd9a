//! From `main` to a running service and back to an exit code.

use std::future::Future;
use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::Arc;

use crate::Service;
use crate::config::Config;
use crate::health::Health;
use crate::metrics::Metrics;
use crate::shutdown::Shutdown;
use crate::task::Supervisor;

/// What a service is given to run with.
#[derive(Clone)]
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
}

impl Process {
    /// For tests: no signals, no exporter, no health server.
    pub fn for_tests(service: Service, config: Config) -> Self {
        let _ = (service, config);
        todo!()
    }

    /// A supervisor whose loops end with this process and report to its health.
    pub fn supervisor(&self) -> Supervisor {
        todo!()
    }

    /// Says in the log, and in the file of `--address-file` if given, where this process listens.
    pub fn announce(&self, address: SocketAddr) -> std::io::Result<()> {
        let _ = address;
        todo!()
    }

    /// Binds the configured health address, announces it, and serves until shutdown as a task of `supervisor`.
    /// For services without an HTTP server of their own.
    pub async fn serve_health(&self, supervisor: &mut Supervisor) -> anyhow::Result<SocketAddr> {
        let _ = supervisor;
        todo!()
    }
}

/// Runs a service: arguments, configuration, telemetry, crypto provider, the service itself, flush, exit code.
/// Exit codes: 0 ended as asked, 1 failed, 2 wrong arguments or configuration.
pub fn run<F, R>(service: Service, main: F) -> ExitCode
where
    F: FnOnce(Process) -> R,
    R: Future<Output = anyhow::Result<()>>,
{
    let _ = (service, main);
    todo!()
}

/// Makes *ring* the process's TLS provider. [`run`] does this; tests and tools that open TLS connections must too.
pub fn install_crypto_provider() {
    todo!()
}
