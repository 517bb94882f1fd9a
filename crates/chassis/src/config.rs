//! The configuration: one TOML file, overridden by environment variables.
//!
//! The file comes from `--config` or `THROUGHLINE_CONFIG`; `THROUGHLINE__SECTION__KEY` overrides one field. A field or
//! section that does not exist is an error, so that a misspelt setting is never silently ignored. All faults are
//! reported at once.

mod print;
mod read;
mod secret;
mod section;
mod setting;
mod topics;
mod validate;

pub use read::{ConfigError, ConfigFault};
pub use secret::{Secret, ServerUrl};
pub use section::{FieldDoc, Section};
pub use setting::{ByteSize, Given, Setting};
pub use topics::{
    Gateway, Health, LogFormat, Postgres, RabbitMq, Redis, S3, Scheduler, Shutdown, Sink, Telemetry, Vault,
    Worker,
};

use crate::service::Service;

/// Everything that an operator can set. `Config::default()` is complete but for addresses and secrets, so tests start
/// from it and set what they need.
#[derive(Debug, Clone, Default)]
pub struct Config {
    /// Logs, traces and metrics.
    pub telemetry: Telemetry,
    /// Postgres.
    pub postgres: Postgres,
    /// RabbitMQ.
    pub rabbitmq: RabbitMq,
    /// Redis.
    pub redis: Redis,
    /// Object storage.
    pub s3: S3,
    /// Sealing keys.
    pub vault: Vault,
    /// The gateway.
    pub gateway: Gateway,
    /// The scheduler.
    pub scheduler: Scheduler,
    /// Workers.
    pub worker: Worker,
    /// The sink.
    pub sink: Sink,
    /// Health addresses.
    pub health: Health,
    /// How a process ends.
    pub shutdown: Shutdown,
}

impl Config {
    /// All sections in the order in which they are printed.
    pub fn sections(&self) -> [&dyn Section; 12] {
        [
            &self.telemetry,
            &self.postgres,
            &self.rabbitmq,
            &self.redis,
            &self.s3,
            &self.vault,
            &self.gateway,
            &self.scheduler,
            &self.worker,
            &self.sink,
            &self.health,
            &self.shutdown,
        ]
    }

    fn sections_mut(&mut self) -> [&mut dyn Section; 12] {
        [
            &mut self.telemetry,
            &mut self.postgres,
            &mut self.rabbitmq,
            &mut self.redis,
            &mut self.s3,
            &mut self.vault,
            &mut self.gateway,
            &mut self.scheduler,
            &mut self.worker,
            &mut self.sink,
            &mut self.health,
            &mut self.shutdown,
        ]
    }

    /// The Postgres address of `service`, if it is set.
    pub fn postgres_url(&self, service: Service) -> Option<&ServerUrl> {
        let urls = &self.postgres;
        match service {
            Service::Gateway => urls.gateway_url.as_ref(),
            Service::Scheduler => urls.scheduler_url.as_ref(),
            Service::Worker => urls.worker_url.as_ref(),
            Service::Sink => urls.sink_url.as_ref(),
            Service::Admin => urls.admin_url.as_ref(),
        }
    }
}
