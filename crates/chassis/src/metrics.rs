//! The instruments of the service. Names and units follow OpenTelemetry's conventions; no tenant ids in labels.

use opentelemetry::metrics::{Counter, Gauge, Histogram, Meter};

/// All instruments, made once per process; cheap to clone. Without an exporter they cost next to nothing.
#[derive(Debug, Clone)]
pub struct Metrics {
    /// Runs that ended, by `status` and `error_class`.
    pub runs: Counter<u64>,
    /// Seconds from start to end of a run, by `status`.
    pub run_duration: Histogram<f64>,
    /// Seconds that one phase took, by `phase`.
    pub phase_duration: Histogram<f64>,
    /// Records by `outcome`.
    pub records: Counter<u64>,
    /// Messages waiting, by `queue`.
    pub queue_depth: Gauge<u64>,
    /// Seconds since the first waiting message was sent, by `queue`.
    pub queue_age: Gauge<f64>,
    /// Triggers that wait in Postgres, by `reason`.
    pub parked_triggers: Gauge<u64>,
    /// Seconds between the end of a run and its history being readable.
    pub capture_lag: Histogram<f64>,
    /// Runs in one batch of the sink.
    pub batch_runs: Histogram<u64>,
    /// Bytes in one batch of the sink, before compression.
    pub batch_bytes: Histogram<u64>,
    /// Seconds between now and a watermark.
    pub watermark_lag: Histogram<f64>,
    /// Circuit breakers by `state`.
    pub breakers: Gauge<u64>,
    /// Connections of a pool, by `pool` and `state` (idle, used).
    pub pool_connections: Gauge<u64>,
    /// Webhooks received, by `status` code.
    pub hooks: Counter<u64>,
    /// Times a helper that may be missed was missed, by `what` (leases, buckets, live).
    pub degraded: Counter<u64>,
}

impl Metrics {
    /// The instruments of `meter`.
    pub fn new(meter: &Meter) -> Self {
        let seconds = |name: &'static str, about: &'static str| {
            meter
                .f64_histogram(name)
                .with_unit("s")
                .with_description(about)
                .with_boundaries(SECONDS.to_vec())
                .build()
        };
        let counter =
            |name: &'static str, about: &'static str| meter.u64_counter(name).with_description(about).build();
        let gauge =
            |name: &'static str, about: &'static str| meter.u64_gauge(name).with_description(about).build();
        Self {
            runs: counter("throughline.runs", "Runs that ended, by status and error class"),
            run_duration: seconds("throughline.run.duration", "Duration of a run"),
            phase_duration: seconds("throughline.phase.duration", "Duration of one phase of a run"),
            records: counter("throughline.records", "Records by outcome"),
            queue_depth: gauge("throughline.queue.depth", "Messages waiting in a queue"),
            queue_age: meter.f64_gauge("throughline.queue.age").with_unit("s").build(),
            parked_triggers: gauge("throughline.triggers.parked", "Triggers waiting in Postgres, by reason"),
            capture_lag: seconds(
                "throughline.capture.lag",
                "From the end of a run to its history being readable",
            ),
            batch_runs: meter.u64_histogram("throughline.sink.batch.runs").build(),
            batch_bytes: meter.u64_histogram("throughline.sink.batch.size").with_unit("By").build(),
            watermark_lag: seconds("throughline.watermark.lag", "Between now and a watermark"),
            breakers: gauge("throughline.breakers", "Circuit breakers by state"),
            pool_connections: gauge("throughline.pool.connections", "Connections of a pool, by state"),
            hooks: counter("throughline.hooks", "Webhooks received, by status code"),
            degraded: counter("throughline.degraded", "Times a helper that may be missed was missed"),
        }
    }
}

/// Bucket limits for durations: from a fast HTTP exchange to a run that used up its time.
const SECONDS: [f64; 14] =
    [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 15.0, 60.0, 300.0];
