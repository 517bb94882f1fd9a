//! The composition root.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use secrecy::SecretString;
use throughline_blob::{Blob, BlobOptions};
use throughline_chassis::Service;
use throughline_chassis::config::Config;
use throughline_chassis::process::Process;
use throughline_chassis::task::{Pace, Supervisor};
use throughline_coord::{Coord, Live};
use throughline_domain::SystemClock;
use throughline_queue::{BatchConsumer, BatchOptions, Broker, Publisher, Queue};
use throughline_store::{Store, StoreOptions};
use throughline_vault::MasterKeys;

use crate::announce::Announcer;
use crate::handler::Captures;
use crate::keys::TenantKeys;
use crate::loops::{ExpirePacks, SweepOrphans};

/// Live events that are kept per tenant, for consoles that reconnect.
const LIVE_EVENTS: usize = 1000;
const SWEEP_EVERY: Duration = Duration::from_secs(10 * 60);
const EXPIRE_EVERY: Duration = Duration::from_secs(60 * 60);

/// The sink, connected to nothing yet.
#[derive(Debug)]
pub struct Sink {
    store: Store,
    blob: Blob,
    broker: Broker,
    live: Live,
    master: MasterKeys,
    batches: BatchOptions,
}

impl Sink {
    /// A sink of the configuration.
    ///
    /// # Errors
    /// When an address or a key in it cannot be used.
    pub fn build(process: &Process) -> anyhow::Result<Self> {
        let config = &process.config;
        let url = config.postgres_url(Service::Sink).context("[postgres] sink_url is not set")?;
        let coord = Coord::new(config.redis.url.expose(), config.redis.timeout).context("[redis] url")?;
        Ok(Self {
            store: Store::with_options(url.expose(), store_options(config)).context("[postgres] sink_url")?,
            blob: Blob::new(&blob_options(config)),
            broker: Broker::new(config.rabbitmq.url.expose(), Service::Sink.full_name())
                .context("[rabbitmq] url")?,
            live: Live::new(&coord, LIVE_EVENTS),
            master: master_keys(config)?,
            batches: BatchOptions {
                max_messages: config.sink.batch_max_runs as usize,
                max_bytes: config.sink.batch_max_bytes.bytes(),
                max_wait: config.sink.batch_max_wait,
                // One batch in hand and one that fills; more would only wait in memory instead of in the broker.
                prefetch: u16::try_from(config.sink.batch_max_runs.saturating_mul(2)).unwrap_or(u16::MAX),
                drain: config.shutdown.drain,
                ..BatchOptions::default()
            },
        })
    }

    /// Consumes captures and keeps house until the process should end.
    ///
    /// # Errors
    /// When the health address cannot be bound.
    pub async fn run(self, process: Process) -> anyhow::Result<()> {
        let mut supervisor = process.supervisor();
        process.serve_health(&mut supervisor).await?;
        let announcer = self.announcer(&process, &mut supervisor);
        self.spawn_loops(&mut supervisor);
        self.consume(&process, announcer, &mut supervisor);
        supervisor.finish().await;
        self.broker.close().await;
        self.store.close().await;
        Ok(())
    }

    fn announcer(&self, process: &Process, supervisor: &mut Supervisor) -> Announcer {
        // What is announced while the last batch drains may be missed; the rows say the same.
        let (publisher, sending) = self.live.publisher(process.shutdown.token());
        let mut sending = Some(sending);
        supervisor.keep("live-updates", move |shutdown| {
            let sending = sending.take();
            async move {
                match sending {
                    Some(sending) => sending.await,
                    None => shutdown.cancelled().await,
                }
                Ok(())
            }
        });
        Announcer::new(publisher)
    }

    fn spawn_loops(&self, supervisor: &mut Supervisor) {
        let clock = Arc::new(SystemClock);
        let sweep = SweepOrphans::new(self.store.clone(), self.blob.clone(), clock.clone());
        supervisor.spawn(sweep, Pace::every(SWEEP_EVERY));
        supervisor
            .spawn(ExpirePacks::new(self.store.clone(), self.blob.clone(), clock), Pace::every(EXPIRE_EVERY));
    }

    fn consume(&self, process: &Process, announcer: Announcer, supervisor: &mut Supervisor) {
        let captures = Captures::new(
            self.store.clone(),
            self.blob.clone(),
            TenantKeys::new(self.store.clone(), self.master.clone()),
            announcer,
            process.metrics.clone(),
            process.health.component("captures"),
            Arc::new(SystemClock),
        );
        let captures = Arc::new(captures);
        let publisher = Publisher::new(&self.broker);
        let (broker, batches) = (self.broker.clone(), self.batches);
        supervisor.keep("consume-captures", move |shutdown| {
            let consumer = BatchConsumer::new(&broker, &publisher, Queue::Captures, batches);
            let handler = crate::handler::Shared(Arc::clone(&captures));
            async move { Ok(consumer.run(handler, shutdown).await?) }
        });
    }
}

fn store_options(config: &Config) -> StoreOptions {
    StoreOptions {
        max_connections: config.postgres.max_connections,
        acquire_timeout: config.postgres.acquire_timeout,
        statement_timeout: config.postgres.statement_timeout,
    }
}

fn blob_options(config: &Config) -> BlobOptions {
    let s3 = &config.s3;
    let secret =
        s3.secret_key.as_ref().map_or_else(|| SecretString::from(""), |secret| secret.to_secret_string());
    BlobOptions {
        endpoint: s3.endpoint.clone(),
        region: s3.region.clone(),
        path_style: s3.path_style,
        ..BlobOptions::new(&s3.bucket, &s3.access_key, secret)
    }
}

fn master_keys(config: &Config) -> anyhow::Result<MasterKeys> {
    let vault = &config.vault;
    let current = vault.master_key.as_ref().context("[vault] master_key is not set")?;
    let ring = MasterKeys::new(&vault.key_id, &current.to_secret_string()).context("[vault] master_key")?;
    let with_former =
        vault.previous_keys.iter().try_fold(ring, |ring, key| ring.with_former(&key.to_secret_string()));
    with_former.context("[vault] previous_keys")
}
