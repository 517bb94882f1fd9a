//! What the operator sees of runs, in numbers.

use opentelemetry::KeyValue;
use throughline_chassis::metrics::Metrics;
use throughline_contract::Stage;
use throughline_domain::Outcome;

use crate::run::Executed;

/// Counts a run that is over, its phases and its records.
pub(crate) fn run(metrics: &Metrics, executed: &Executed) {
    let Stage::Finished(finished) = &executed.capture.stage else { return };
    let status = KeyValue::new("status", finished.status.as_str());
    let class = finished.error.as_ref().map_or("none", |error| error.class().as_str());
    metrics.runs.add(1, &[status.clone(), KeyValue::new("error_class", class)]);
    if let Some(took) = finished.started_at.and_then(|began| (finished.finished_at - began).to_std().ok()) {
        metrics.run_duration.record(took.as_secs_f64(), &[status]);
    }
    for phase in finished.phases.iter().filter(|phase| phase.took_us > 0) {
        let name = KeyValue::new("phase", phase.phase.as_str());
        metrics.phase_duration.record(std::time::Duration::from_micros(phase.took_us).as_secs_f64(), &[name]);
    }
    let counts = &finished.counts;
    for (outcome, count) in [
        (Outcome::Created, counts.created),
        (Outcome::Updated, counts.updated),
        (Outcome::Unchanged, counts.unchanged),
        (Outcome::Skipped, counts.skipped),
        (Outcome::Filtered, counts.filtered),
        (Outcome::Failed, counts.failed),
        (Outcome::InDoubt, counts.in_doubt),
    ] {
        if count > 0 {
            metrics.records.add(count.into(), &[KeyValue::new("outcome", outcome.as_str())]);
        }
    }
}

/// A helper that may be missed was missed.
pub(crate) fn degraded(metrics: &Metrics, what: &'static str) {
    metrics.degraded.add(1, &[KeyValue::new("what", what)]);
}
