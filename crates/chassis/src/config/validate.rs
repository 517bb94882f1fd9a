//! What no single field can know: whether the fields fit together, and whether a service has all that it needs.

use std::time::Duration;

use super::read::fault;
use super::{Config, ConfigError, ConfigFault};
use crate::service::Service;

impl Config {
    /// Whether `service` can start with this; every fault is listed.
    pub fn check(&self, service: Service) -> Result<(), ConfigError> {
        let mut faults = self.together();
        faults.extend(self.missing(service));
        if faults.is_empty() { Ok(()) } else { Err(ConfigError::Faults(faults)) }
    }

    fn together(&self) -> Vec<ConfigFault> {
        let rules = [
            (self.postgres.max_connections > 0, "[postgres] max_connections", "should be at least 1"),
            (self.worker.concurrency > 0, "[worker] concurrency", "should be at least 1"),
            (self.scheduler.tenant_in_flight > 0, "[scheduler] tenant_in_flight", "should be at least 1"),
            (self.scheduler.tick >= Duration::from_millis(10), "[scheduler] tick", "should be at least 10ms"),
            (self.sink.batch_max_runs > 0, "[sink] batch_max_runs", "should be at least 1"),
            (
                self.redis.timeout <= Duration::from_secs(1),
                "[redis] timeout",
                "should be at most 1s: every call waits that long when Redis is away",
            ),
            (
                self.gateway.public_url.starts_with("http://")
                    || self.gateway.public_url.starts_with("https://"),
                "[gateway] public_url",
                "should begin with http:// or https://",
            ),
        ];
        let broken = rules.into_iter().filter(|(holds, ..)| !holds);
        broken.map(|(_, setting, message)| fault(setting, message)).collect()
    }

    fn missing(&self, service: Service) -> Vec<ConfigFault> {
        let name = service.as_str();
        let url = format!("[postgres] {name}_url");
        let seals = matches!(service, Service::Gateway | Service::Worker | Service::Sink);
        let stores = matches!(service, Service::Gateway | Service::Sink);
        let rules = [
            (self.postgres_url(service).is_none(), url.as_str()),
            (seals && self.vault.master_key.is_none(), "[vault] master_key"),
            (stores && self.s3.access_key.is_empty(), "[s3] access_key"),
            (stores && self.s3.secret_key.is_none(), "[s3] secret_key"),
            (
                service == Service::Gateway && self.gateway.jwt_private_key.is_none(),
                "[gateway] jwt_private_key",
            ),
        ];
        let absent = rules.into_iter().filter(|(absent, _)| *absent);
        absent.map(|(_, setting)| fault(setting, &format!("is not set, and {name} needs it"))).collect()
    }
}
