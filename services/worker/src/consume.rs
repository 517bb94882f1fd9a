//! Consuming run requests.

use std::time::Duration;

use async_trait::async_trait;
use throughline_chassis::metrics::Metrics;
use throughline_contract::{Message as _, RunRequest};
use throughline_queue::{Delivery, Handler, Verdict};
use tracing::Instrument;

use crate::engine::Engine;
use crate::measure;
use crate::outbox::Outbox;
use crate::places::Places;
use crate::returns::Returns;
use crate::run::Executed;

/// A run that takes longer than this is shown before it ends.
const NOTICEABLE: Duration = Duration::from_millis(250);

/// Executes the runs of one lane.
///
/// Idempotent by run id and link fence: a request that is delivered again finds its links as they were left, writes nothing
/// twice, publishes the same retries and a capture of the same run id. Links and failed records are committed first; then
/// retries and capture are confirmed by the broker; then the watermark is moved; then it is acknowledged.
#[derive(Clone)]
pub(crate) struct Runs {
    pub(crate) engine: Engine,
    pub(crate) outbox: Outbox,
    pub(crate) returns: Returns,
    pub(crate) places: Places,
    pub(crate) metrics: Metrics,
}

#[async_trait]
impl Handler for Runs {
    async fn handle(&self, delivery: Delivery) -> Verdict {
        match RunRequest::decode(&delivery.body) {
            Err(error) => Verdict::Park(error.to_string()),
            Ok(request) => {
                let span = tracing::info_span!(
                    "run",
                    run.id = %request.run,
                    run.trigger = %request.trigger,
                    run.attempt = request.attempt,
                    messaging.delivery_count = delivery.delivery_count,
                );
                self.run(&request).instrument(span).await
            }
        }
    }
}

impl Runs {
    async fn run(&self, request: &RunRequest) -> Verdict {
        let executed = match self.executed(request).await {
            Ok(executed) => executed,
            Err(error) => {
                tracing::warn!(error = &error as &dyn std::error::Error, "the run waits for the database");
                return Verdict::Retry;
            }
        };
        if let Err(error) = self.outbox.executed(&executed).await {
            tracing::warn!(%error, "the run is over and waits for the broker");
            return Verdict::Retry;
        }
        // Last, because a run that is executed again reads from where the watermark stands.
        if let Some(advance) = &executed.advance
            && let Err(error) = self.engine.advance(request, advance).await
        {
            tracing::warn!(error = &error as &dyn std::error::Error, "the watermark waits for the database");
            return Verdict::Retry;
        }
        measure::run(&self.metrics, &executed);
        if !self.returns.give_back(request.tenant, request.run).await {
            measure::degraded(&self.metrics, "leases");
        }
        Verdict::Ack
    }

    async fn executed(&self, request: &RunRequest) -> Result<Executed, throughline_store::StoreError> {
        let place = self.places.enter().await;
        let began = self.engine.clock.now();
        let work = self.engine.execute(request, &place);
        tokio::pin!(work);
        let soon = tokio::time::timeout(NOTICEABLE, &mut work).await;
        if let Ok(executed) = soon {
            return executed;
        }
        let (executed, announced) = tokio::join!(work, self.outbox.started(request, began));
        if let Err(error) = announced {
            tracing::debug!(%error, "the run could not be shown before its end");
        }
        executed
    }
}
