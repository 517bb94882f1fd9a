//! The scheduler: the only process that knows time.
//!
//! It turns triggers into run requests, now or later. Everything it does is a loop or a consumer of the table below;
//! each claims its rows with `for update skip locked` or, where it may only read them, its turn with an advisory lock of the
//! transaction (`planning`, `overdue`). So there is no leader, and any number of replicas may run.
//!
//! | name | turns | into |
//! | --- | --- | --- |
//! | [`admission`] | triggers from the queue | run requests, or parked triggers |
//! | [`release`] | parked triggers whose moment has come | run requests, fairly among tenants |
//! | [`reclaim`] | leases of runs that have ended | free places |
//! | [`planning`] | published revisions | schedules |
//! | [`polls`] | schedules that are due | run requests, or parked triggers |
//! | [`overdue`] | runs past their deadline | failed runs that say so |
//! | [`dead`] | messages that were delivered too often | failed runs that say so, and their content kept |
//! | [`partitions`] | the calendar | partitions made ahead, and expired ones dropped |
//! | [`gauges`] | depths and backlogs | metrics |

pub mod admission;
pub mod dead;
mod gauges;
pub mod overdue;
pub mod partitions;
pub mod planning;
pub mod polls;
pub mod reclaim;
pub mod release;
mod settlement;
mod shares;

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;

use throughline_chassis::process::Process;
use throughline_chassis::task::Pace;
use throughline_chassis::{Service, config};
use throughline_coord::{Coord, Leases};
use throughline_domain::{Clock, SystemClock};
use throughline_queue::{
    BatchConsumer, BatchOptions, Broker, Consumer, ConsumerOptions, Publisher, PublisherOptions, Queue,
};
use throughline_store::{Store, StoreOptions};

use crate::admission::Admission;

/// What the parts of the scheduler share.
#[derive(Clone)]
pub struct Parts {
    /// Postgres, as `throughline_scheduler`.
    pub store: Store,
    /// The broker.
    pub broker: Broker,
    /// Confirmed publish.
    pub publisher: Publisher,
    /// Runs in flight per tenant.
    pub leases: Leases,
    /// The present.
    pub clock: Arc<dyn Clock>,
}

/// The scheduler, built and not yet running.
pub struct Scheduler {
    parts: Parts,
    admission: Admission,
}

impl Scheduler {
    /// Makes the clients of the configured servers; connects to none of them yet.
    ///
    /// # Errors
    /// When an address is missing or is not one.
    pub fn build(process: &Process) -> anyhow::Result<Self> {
        let config = &process.config;
        let url = config.postgres_url(Service::Scheduler).context("postgres.scheduler_url is not set")?;
        let broker = Broker::new(config.rabbitmq.url.expose(), Service::Scheduler.full_name())?;
        let coord = Coord::new(config.redis.url.expose(), config.redis.timeout)?;
        let options = PublisherOptions {
            confirm_within: config.rabbitmq.publish_timeout,
            ..PublisherOptions::default()
        };
        let parts = Parts {
            store: Store::with_options(url.expose(), store_options(&config.postgres))?,
            publisher: Publisher::with_options(&broker, options),
            broker,
            leases: Leases::new(&coord),
            clock: Arc::new(SystemClock),
        };
        let admission = Admission::new(parts.clone(), &config.scheduler);
        Ok(Self { parts, admission })
    }

    /// The shared parts, for tests that take single turns.
    pub fn parts(&self) -> &Parts {
        &self.parts
    }

    /// Runs until shutdown, then lets the turns in hand end.
    ///
    /// # Errors
    /// When the health address cannot be bound.
    pub async fn run(self, process: Process) -> anyhow::Result<()> {
        let mut supervisor = process.supervisor();
        process.serve_health(&mut supervisor).await?;
        let tick = process.config.scheduler.tick;
        let parts = &self.parts;
        supervisor
            .spawn(release::Release::new(self.admission.clone()), Pace::every(Duration::from_millis(50)));
        supervisor.spawn(reclaim::Reclaim::new(parts.clone()), Pace::every(Duration::from_secs(2)));
        supervisor.spawn(planning::Planning::new(parts.clone()), Pace::every(tick));
        supervisor.spawn(polls::Polls::new(self.admission.clone()), Pace::every(tick));
        supervisor.spawn(overdue::Overdue::new(parts.clone()), Pace::every(Duration::from_secs(2)));
        supervisor.spawn(partitions::Partitions::new(parts.clone()), Pace::every(Duration::from_secs(600)));
        supervisor.spawn(
            gauges::Gauges::new(parts.clone(), process.metrics.clone()),
            Pace::every(Duration::from_secs(5)),
        );
        let drain = process.shutdown.bound();
        self.keep_consumers(&mut supervisor, drain);
        supervisor.finish().await;
        self.parts.broker.close().await;
        self.parts.store.close().await;
        Ok(())
    }

    fn keep_consumers(&self, supervisor: &mut throughline_chassis::task::Supervisor, drain: Duration) {
        let Parts { broker, publisher, .. } = self.parts.clone();
        let admission = self.admission.clone();
        supervisor.keep("admission", move |shutdown| {
            let consumer = BatchConsumer::new(&broker, &publisher, Queue::Triggers, batches(drain));
            let admission = admission.clone();
            async move { Ok(consumer.run(admission, shutdown).await?) }
        });
        let parts = self.parts.clone();
        supervisor.keep("dead", move |shutdown| {
            let options = ConsumerOptions { concurrency: 4, drain, ..ConsumerOptions::default() };
            let consumer = Consumer::new(&parts.broker, &parts.publisher, Queue::Dead, options);
            let handler = dead::DeadLetters::new(parts.clone());
            async move { Ok(consumer.run(handler, shutdown).await?) }
        });
    }
}

fn store_options(postgres: &config::Postgres) -> StoreOptions {
    StoreOptions {
        max_connections: postgres.max_connections,
        acquire_timeout: postgres.acquire_timeout,
        statement_timeout: postgres.statement_timeout,
    }
}

/// A batch closes almost at once: it exists to share round trips under load, not to wait for company.
///
/// What is sent ahead is in memory, and a webhook may have 5 MiB: 64 of them are 320 MiB, at the very worst. At some 15 ms a
/// batch, 64 at a time are more than four thousand triggers a second.
fn batches(drain: Duration) -> BatchOptions {
    BatchOptions {
        max_messages: 64,
        prefetch: 64,
        max_wait: Duration::from_millis(1),
        drain,
        ..BatchOptions::default()
    }
}
