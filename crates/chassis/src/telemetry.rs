//! Logs, traces, metrics, and the trace context that travels with messages.

pub mod propagation;

use opentelemetry::metrics::Meter;

use crate::Service;
use crate::config;

/// Telemetry that is running; [`Telemetry::shutdown`] sends what is left.
#[derive(Debug)]
pub struct Telemetry;

/// Why telemetry cannot start.
#[derive(Debug, thiserror::Error)]
pub enum TelemetryError {
    /// The log level is not a filter.
    #[error("[telemetry] log_level is not a valid filter: {0}")]
    Filter(#[from] tracing_subscriber::filter::ParseError),
    /// The exporter cannot be made.
    #[error("the OTLP exporter cannot be made: {0}")]
    Exporter(#[from] opentelemetry_otlp::ExporterBuildError),
    /// Something else already receives this process's logs.
    #[error("telemetry has already been started in this process")]
    AlreadyStarted(#[from] tracing_subscriber::util::TryInitError),
}

/// Starts telemetry for `service`: logs to standard error, traces and metrics to the OTLP receiver if one is configured.
pub fn start(service: Service, config: &config::Telemetry) -> Result<Telemetry, TelemetryError> {
    let _ = (service, config);
    todo!()
}

impl Telemetry {
    /// Where instruments are made.
    pub fn meter(&self) -> Meter {
        todo!()
    }

    /// Sends what is left, for at most a few seconds.
    pub fn shutdown(self) {
        todo!()
    }
}
