//! The composition root.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use throughline_chassis::Service;
use throughline_chassis::config::Config;
use throughline_chassis::metrics::Metrics;
use throughline_chassis::process::Process;
use throughline_chassis::task::{Pace, Supervisor};
use throughline_connectors::{Catalogue, Egress, EgressConfig};
use throughline_coord::{Cancels as Wishes, Coord, Leases};
use throughline_domain::{RetryPolicy, SystemClock};
use throughline_queue::{Broker, Consumer, ConsumerOptions, Publisher, PublisherOptions, Queue, Responder};
use throughline_store::{Store, StoreOptions};
use throughline_vault::MasterKeys;

use crate::cancel::Cancels;
use crate::consume::Runs;
use crate::engine::{Engine, Parts};
use crate::outbox::Outbox;
use crate::places::Places;
use crate::returns::Returns;
use crate::tasks::Tasks;

/// Runs that a person waits for have this part of the places beside those of bulk.
const INTERACTIVE_SHARE: u32 = 4;
/// Tasks that are answered at the same time.
const TASKS: u16 = 8;

/// A worker, connected to nothing yet.
pub struct Worker {
    engine: Engine,
    store: Store,
    broker: Broker,
    publisher: Publisher,
    returns: Returns,
    concurrency: u32,
}

impl Worker {
    /// A worker of the configuration.
    ///
    /// # Errors
    /// When an address, a key or a limit in it cannot be used.
    pub fn build(process: &Process) -> anyhow::Result<Self> {
        let config = &process.config;
        let url = config.postgres_url(Service::Worker).context("[postgres] worker_url is not set")?;
        let postgres = StoreOptions {
            max_connections: config.postgres.max_connections,
            acquire_timeout: config.postgres.acquire_timeout,
            statement_timeout: config.postgres.statement_timeout,
        };
        let store = Store::with_options(url.expose(), postgres).context("[postgres] worker_url")?;
        let coord = Coord::new(config.redis.url.expose(), config.redis.timeout).context("[redis] url")?;
        let broker = Broker::new(config.rabbitmq.url.expose(), Service::Worker.full_name())
            .context("[rabbitmq] url")?;
        let options = PublisherOptions {
            confirm_within: config.rabbitmq.publish_timeout,
            ..PublisherOptions::default()
        };
        let engine = Engine::new(Parts {
            store: store.clone(),
            master_keys: master_keys(config)?,
            catalogue: Catalogue::builtin().context("a built-in connector is damaged")?,
            egress: Egress::new(egress(config))?,
            cancels: Cancels::heard(Wishes::new(&coord)),
            clock: Arc::new(SystemClock),
            retry: RetryPolicy::default(),
        });
        let publisher = Publisher::with_options(&broker, options);
        Ok(Self {
            engine,
            store,
            publisher,
            returns: Returns::new(Leases::new(&coord)),
            broker,
            concurrency: config.worker.concurrency,
        })
    }

    /// Executes runs and answers tasks until the process should end.
    ///
    /// # Errors
    /// When the health address cannot be bound.
    pub async fn run(self, process: Process) -> anyhow::Result<()> {
        let mut supervisor = process.supervisor();
        process.serve_health(&mut supervisor).await?;
        let interactive = (self.concurrency / INTERACTIVE_SHARE).max(1);
        self.consume(&process, &mut supervisor, "consume-bulk-runs", Queue::RunsBulk, self.concurrency);
        self.consume(
            &process,
            &mut supervisor,
            "consume-interactive-runs",
            Queue::RunsInteractive,
            interactive,
        );
        self.answer(&process, &mut supervisor);
        supervisor.spawn(self.returns.clone(), Pace::every(Duration::from_secs(1)));
        supervisor.finish().await;
        self.broker.close().await;
        self.store.close().await;
        Ok(())
    }

    fn consume(
        &self,
        process: &Process,
        supervisor: &mut Supervisor,
        name: &'static str,
        queue: Queue,
        places: u32,
    ) {
        let runs = self.runs(places, process.metrics.clone());
        let (broker, publisher) = (self.broker.clone(), self.publisher.clone());
        let options = options(process, places + places / 2);
        supervisor.keep(name, move |shutdown| {
            let consumer = Consumer::new(&broker, &publisher, queue, options);
            let runs = runs.clone();
            async move { Ok(consumer.run(runs, shutdown).await?) }
        });
    }

    fn runs(&self, places: u32, metrics: Metrics) -> Runs {
        Runs {
            engine: self.engine.clone(),
            outbox: Outbox::new(self.publisher.clone()),
            returns: self.returns.clone(),
            places: Places::new(places as usize),
            metrics,
        }
    }

    fn answer(&self, process: &Process, supervisor: &mut Supervisor) {
        let tasks: Arc<Tasks> = Arc::new(Tasks(self.engine.clone()));
        let (broker, publisher) = (self.broker.clone(), self.publisher.clone());
        let options = ConsumerOptions { concurrency: TASKS, ..options(process, 0) };
        supervisor.keep("answer-tasks", move |shutdown| {
            let responder = Responder::new(&broker, &publisher, options);
            let tasks = Arc::clone(&tasks);
            async move { Ok(responder.run(tasks, shutdown).await?) }
        });
    }
}

/// More messages are taken than there are places, because runs that wait for a record stand aside.
fn options(process: &Process, concurrency: u32) -> ConsumerOptions {
    ConsumerOptions {
        concurrency: u16::try_from(concurrency.max(1)).unwrap_or(u16::MAX),
        drain: process.config.shutdown.drain,
        ..ConsumerOptions::default()
    }
}

fn egress(config: &Config) -> EgressConfig {
    let worker = &config.worker;
    EgressConfig {
        allow: worker.allow_addresses.clone(),
        connect_timeout: worker.connect_timeout,
        max_body_bytes: worker.answer_limit.bytes(),
        ..EgressConfig::default()
    }
}

fn master_keys(config: &Config) -> anyhow::Result<MasterKeys> {
    let vault = &config.vault;
    let current = vault.master_key.as_ref().context("[vault] master_key is not set")?;
    let ring = MasterKeys::new(&vault.key_id, &current.to_secret_string()).context("[vault] master_key")?;
    let former =
        vault.previous_keys.iter().try_fold(ring, |ring, key| ring.with_former(&key.to_secret_string()));
    former.context("[vault] previous_keys")
}
