//! What an operator must see: how much waits, and where.

use async_trait::async_trait;
use opentelemetry::KeyValue;
use throughline_chassis::metrics::Metrics;
use throughline_chassis::task::{Loop, Turn};
use throughline_queue::Queue;
use throughline_store::scheduling::parked::{self, Reason};

use crate::Parts;

pub(crate) struct Gauges {
    parts: Parts,
    metrics: Metrics,
}

impl Gauges {
    pub(crate) fn new(parts: Parts, metrics: Metrics) -> Self {
        Self { parts, metrics }
    }
}

#[async_trait]
impl Loop for Gauges {
    fn name(&self) -> &'static str {
        "gauges"
    }

    async fn turn(&mut self) -> anyhow::Result<Turn> {
        for queue in Queue::ALL {
            let depth = self.parts.broker.depth(queue).await?;
            self.metrics.queue_depth.record(depth.messages.into(), &[KeyValue::new("queue", queue.as_str())]);
        }
        let counts = parked::counts(&mut *self.parts.store.autocommit().await?).await?;
        for reason in [Reason::Retry, Reason::Share, Reason::Depth] {
            let waiting =
                counts.iter().find(|(name, _)| name == reason.as_str()).map_or(0, |(_, count)| *count);
            self.metrics.parked_triggers.record(waiting, &[KeyValue::new("reason", reason.as_str())]);
        }
        Ok(Turn::Idle)
    }
}
