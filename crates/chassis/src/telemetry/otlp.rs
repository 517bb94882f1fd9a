//! Traces and metrics over OTLP/HTTP.
//!
//! The batch processors have threads of their own, outside the async runtime, so the HTTP client is a blocking one.

use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use opentelemetry_http::{HttpClient, HttpError, Request, Response};
use opentelemetry_otlp::{
    ExporterBuildError, MetricExporter, SpanExporter, WithExportConfig, WithHttpConfig,
};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::metrics::{PeriodicReader, SdkMeterProvider};
use opentelemetry_sdk::trace::SdkTracerProvider;
use ureq::tls::{RootCerts, TlsConfig};

use crate::Service;

/// The longest that one export may take.
const TIMEOUT: Duration = Duration::from_secs(5);

/// Spans, in batches, to `{endpoint}/v1/traces`.
pub(super) fn traces(service: Service, endpoint: &str) -> Result<SdkTracerProvider, ExporterBuildError> {
    let exporter = SpanExporter::builder()
        .with_http()
        .with_http_client(Blocking::new())
        .with_endpoint(address(endpoint, "traces"))
        .with_timeout(TIMEOUT)
        .build()?;
    Ok(SdkTracerProvider::builder().with_resource(resource(service)).with_batch_exporter(exporter).build())
}

/// Metrics, every `interval`, to `{endpoint}/v1/metrics`.
pub(super) fn metrics(
    service: Service,
    endpoint: &str,
    interval: Duration,
) -> Result<SdkMeterProvider, ExporterBuildError> {
    let exporter = MetricExporter::builder()
        .with_http()
        .with_http_client(Blocking::new())
        .with_endpoint(address(endpoint, "metrics"))
        .with_timeout(TIMEOUT)
        .build()?;
    let reader = PeriodicReader::builder(exporter).with_interval(interval).build();
    Ok(SdkMeterProvider::builder().with_resource(resource(service)).with_reader(reader).build())
}

fn address(endpoint: &str, signal: &str) -> String {
    format!("{}/v1/{signal}", endpoint.trim_end_matches('/'))
}

fn resource(service: Service) -> Resource {
    let version = opentelemetry::KeyValue::new("service.version", env!("CARGO_PKG_VERSION"));
    Resource::builder().with_service_name(service.full_name()).with_attribute(version).build()
}

/// A blocking HTTP client, for threads that have nothing else to do.
#[derive(Debug)]
struct Blocking(ureq::Agent);

impl Blocking {
    fn new() -> Self {
        let provider = std::sync::Arc::new(rustls::crypto::ring::default_provider());
        let tls = TlsConfig::builder()
            .unversioned_rustls_crypto_provider(provider)
            .root_certs(RootCerts::PlatformVerifier)
            .build();
        let config = ureq::Agent::config_builder()
            .tls_config(tls)
            .http_status_as_error(false)
            .timeout_global(Some(TIMEOUT))
            .build();
        Self(config.into())
    }
}

#[async_trait]
impl HttpClient for Blocking {
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let (parts, body) = request.into_parts();
        let answer = self.0.run(Request::from_parts(parts, body.to_vec()))?;
        let (parts, mut body) = answer.into_parts();
        Ok(Response::from_parts(parts, Bytes::from(body.read_to_vec()?)))
    }
}

#[cfg(test)]
#[path = "otlp_test.rs"]
mod tests;
