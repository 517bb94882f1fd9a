//! Starting, waiting, ending.

use std::future::Future;
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use clap::{CommandFactory, FromArgMatches};

use super::Process;
use super::arguments::Arguments;
use crate::Service;
use crate::config::{Config, ConfigError};
use crate::metrics::Metrics;
use crate::shutdown::Signals;
use crate::telemetry;

/// Exit code for wrong arguments or configuration.
const MISCONFIGURED: u8 = 2;
/// How much longer than the drain bound a service may take to return before it is left behind.
const GRACE: Duration = Duration::from_secs(5);

/// Runs a service: arguments, configuration, telemetry, crypto provider, the service itself, flush, exit code.
/// Exit codes: 0 ended as asked, 1 failed or had to be cut off, 2 wrong arguments or configuration.
pub fn run<F, R>(service: Service, main: F) -> ExitCode
where
    F: FnOnce(Process) -> R,
    R: Future<Output = anyhow::Result<()>>,
{
    let command = Arguments::command().name(service.full_name());
    let arguments = match command.try_get_matches().and_then(|found| Arguments::from_arg_matches(&found)) {
        Ok(arguments) => arguments,
        Err(usage) => {
            let _ = usage.print();
            return ExitCode::from(u8::try_from(usage.exit_code()).unwrap_or(MISCONFIGURED));
        }
    };
    let checked =
        load_config(arguments.config.as_deref()).and_then(|config| config.check(service).map(|()| config));
    let config = match checked {
        Ok(config) => config,
        Err(error) => return misconfigured(service, &error),
    };
    let telemetry = match telemetry::start(service, &config.telemetry) {
        Ok(telemetry) => telemetry,
        Err(error) => return misconfigured(service, &error),
    };
    install_crypto_provider();
    let process = Process::new(service, config, Metrics::new(&telemetry.meter()), arguments.address_file);
    let code = on_a_runtime(process, main);
    telemetry.shutdown();
    code
}

/// The configuration from `file` and the process's environment, unchecked.
#[allow(clippy::disallowed_methods, reason = "the one place where the environment is read")]
pub fn load_config(file: Option<&Path>) -> Result<Config, ConfigError> {
    Config::load(file, std::env::vars())
}

/// Makes *ring* the process's TLS provider. [`run`] does this; tests and tools that open TLS connections must too.
pub fn install_crypto_provider() {
    // An error says that a provider is installed already, which is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
}

/// Before telemetry runs, standard error is all there is.
#[allow(clippy::print_stderr, reason = "telemetry is not running yet")]
fn misconfigured(service: Service, error: &dyn std::error::Error) -> ExitCode {
    eprintln!("{service} cannot start: {error}");
    ExitCode::from(MISCONFIGURED)
}

fn on_a_runtime<F, R>(process: Process, main: F) -> ExitCode
where
    F: FnOnce(Process) -> R,
    R: Future<Output = anyhow::Result<()>>,
{
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            tracing::error!(%error, "the async runtime cannot start");
            return ExitCode::FAILURE;
        }
    };
    let code = runtime.block_on(until_ended(process, main));
    // What is still blocking (a DNS lookup, a file) must not hold the process up.
    runtime.shutdown_timeout(Duration::from_millis(100));
    code
}

async fn until_ended<F, R>(process: Process, main: F) -> ExitCode
where
    F: FnOnce(Process) -> R,
    R: Future<Output = anyhow::Result<()>>,
{
    let signals = match Signals::listen() {
        Ok(signals) => signals,
        Err(error) => {
            tracing::error!(%error, "signals cannot be received");
            return ExitCode::FAILURE;
        }
    };
    let service = process.service;
    tokio::select! {
        outcome = main(process.clone()) => match outcome {
            Ok(()) => {
                tracing::info!(%service, "ended");
                ExitCode::SUCCESS
            }
            Err(error) => {
                tracing::error!(%service, error = format!("{error:#}"), "failed");
                ExitCode::FAILURE
            }
        },
        why = cut_off(signals, process) => {
            tracing::warn!(%service, "ended without finishing: {why}");
            ExitCode::FAILURE
        }
    }
}

/// Passes the first signal on, and returns when waiting any longer is pointless.
async fn cut_off(mut signals: Signals, process: Process) -> &'static str {
    let signal = tokio::select! {
        signal = signals.next() => signal,
        () = process.shutdown.asked() => "a request from within",
    };
    let bound = process.shutdown.bound();
    tracing::info!(
        shutdown.signal = signal,
        shutdown.bound_ms = bound.as_millis(),
        "finishing what was begun"
    );
    process.health.draining();
    process.shutdown.ask();
    tokio::select! {
        _ = signals.next() => "a second signal came",
        () = tokio::time::sleep(bound + GRACE) => "the time to finish is over",
    }
}
