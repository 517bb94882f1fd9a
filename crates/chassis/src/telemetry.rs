//! Logs, traces, metrics, and the trace context that travels with messages.

mod otlp;
pub mod propagation;

use std::io::IsTerminal;
use std::time::Duration;

use opentelemetry::metrics::{Meter, MeterProvider};
use opentelemetry::trace::TracerProvider;
use opentelemetry_sdk::metrics::SdkMeterProvider;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::SdkTracerProvider;
use tracing::Subscriber;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer, fmt};

use crate::Service;
use crate::config::{self, LogFormat};

/// The name under which spans and instruments are made.
const SCOPE: &str = "throughline";
/// The longest that sending what is left may take at the end.
const FAREWELL: Duration = Duration::from_secs(3);

/// Telemetry that is running; [`Telemetry::shutdown`] sends what is left.
#[derive(Debug)]
pub struct Telemetry {
    traces: Option<SdkTracerProvider>,
    metrics: Option<SdkMeterProvider>,
}

/// Why telemetry cannot start.
#[derive(Debug, thiserror::Error)]
pub enum TelemetryError {
    /// The log level is not a filter.
    #[error("[telemetry] log_level is not a valid filter: {0}")]
    Filter(#[from] tracing_subscriber::filter::ParseError),
    /// The exporter cannot be made.
    #[error("[telemetry] otlp_endpoint cannot be used: {0}")]
    Exporter(#[from] opentelemetry_otlp::ExporterBuildError),
    /// Something else already receives this process's logs.
    #[error("telemetry has already been started in this process")]
    AlreadyStarted(#[from] tracing_subscriber::util::TryInitError),
}

/// Starts telemetry for `service`: logs to standard error, traces and metrics to the OTLP receiver if one is configured.
pub fn start(service: Service, config: &config::Telemetry) -> Result<Telemetry, TelemetryError> {
    let telemetry = Telemetry::build(service, config)?;
    opentelemetry::global::set_text_map_propagator(TraceContextPropagator::new());
    let spans = telemetry.traces.as_ref().map(|traces| {
        tracing_opentelemetry::layer()
            .with_tracer(traces.tracer(SCOPE))
            .with_location(false)
            .with_threads(false)
    });
    let filter = EnvFilter::try_new(&config.log_level)?;
    tracing_subscriber::registry().with(filter).with(spans).with(lines(config.log_format)).try_init()?;
    Ok(telemetry)
}

impl Telemetry {
    fn build(service: Service, config: &config::Telemetry) -> Result<Self, TelemetryError> {
        let Some(endpoint) = &config.otlp_endpoint else { return Ok(Self { traces: None, metrics: None }) };
        Ok(Self {
            traces: Some(otlp::traces(service, endpoint)?),
            metrics: Some(otlp::metrics(service, endpoint, config.metrics_interval)?),
        })
    }

    /// Where instruments are made. Without a receiver they do nothing.
    pub fn meter(&self) -> Meter {
        match &self.metrics {
            Some(metrics) => metrics.meter(SCOPE),
            None => opentelemetry::global::meter(SCOPE),
        }
    }

    /// Sends what is left, for at most a few seconds. Blocks: call it when the service has ended.
    pub fn shutdown(self) {
        let traces = self.traces.map(|traces| traces.shutdown_with_timeout(FAREWELL));
        let metrics = self.metrics.map(|metrics| metrics.shutdown_with_timeout(FAREWELL));
        for error in [traces, metrics].into_iter().flatten().filter_map(Result::err) {
            tracing::warn!(%error, "the last telemetry could not be sent");
        }
    }
}

fn lines<S>(format: LogFormat) -> Box<dyn Layer<S> + Send + Sync>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    let lines = fmt::layer().with_writer(std::io::stderr);
    match format {
        LogFormat::Text => lines.with_ansi(std::io::stderr().is_terminal()).boxed(),
        LogFormat::Json => {
            lines.json().flatten_event(true).with_current_span(true).with_span_list(false).boxed()
        }
    }
}
