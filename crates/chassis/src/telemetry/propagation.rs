//! W3C trace context in maps of strings: HTTP headers, message headers, rows that wait.

use std::collections::HashMap;

use opentelemetry::Context;
use opentelemetry::propagation::TextMapPropagator;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt;

/// The context of `span`, as `traceparent` and `tracestate`; empty when nothing is traced.
pub fn inject(span: &Span) -> HashMap<String, String> {
    let mut carrier = HashMap::new();
    TraceContextPropagator::new().inject_context(&span.context(), &mut carrier);
    carrier
}

/// The context that `carrier` carries (names in lower case); an empty one when it carries none.
pub fn extract(carrier: &HashMap<String, String>) -> Context {
    TraceContextPropagator::new().extract(carrier)
}

/// Makes `span` a child of the context in `carrier`.
pub fn adopt(span: &Span, carrier: &HashMap<String, String>) {
    // A span that is filtered out, or a process without an exporter, has no context to set.
    let _ = span.set_parent(extract(carrier));
}

#[cfg(test)]
mod tests {
    use opentelemetry::trace::{TraceContextExt, TracerProvider};
    use opentelemetry_sdk::trace::SdkTracerProvider;
    use tracing_subscriber::layer::SubscriberExt;

    use super::*;

    #[test]
    fn a_trace_goes_on_across_a_map() {
        let tracer = SdkTracerProvider::builder().build().tracer("test");
        let subscriber =
            tracing_subscriber::registry().with(tracing_opentelemetry::layer().with_tracer(tracer));
        tracing::subscriber::with_default(subscriber, || {
            let sent = tracing::info_span!("send");
            let carrier = inject(&sent);
            assert!(carrier["traceparent"].starts_with("00-"));
            let received = tracing::info_span!("receive");
            adopt(&received, &carrier);
            let trace = |span: &Span| span.context().span().span_context().trace_id();
            assert_eq!(trace(&sent), trace(&received));
        });
        assert!(inject(&Span::none()).is_empty());
    }
}
