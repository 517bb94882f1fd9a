//! The whole ring in this process, on servers of its own.

use std::time::Duration;

use throughline_chassis::Service;
use throughline_chassis::config::Config;
use throughline_chassis::process::{Process, install_crypto_provider};
use throughline_gateway::Gateway;
use throughline_queue::{Broker, Topology};
use throughline_scheduler::Scheduler;
use throughline_sink::Sink;
use throughline_testkit::stack::TestStack;
use throughline_worker::Worker;
use tokio::task::JoinHandle;

use super::client::{Client, SOON};
use super::tenant::{self, Tenant};

/// Gateway, scheduler, worker and sink, and a tenant to use them with.
pub(crate) struct Ring {
    pub(crate) stack: TestStack,
    pub(crate) config: Config,
    pub(crate) tenant: Tenant,
    pub(crate) client: Client,
    running: Vec<(Service, Process, JoinHandle<anyhow::Result<()>>)>,
    base: String,
}

impl Ring {
    /// Starts all four services.
    pub(crate) async fn start() -> Self {
        Self::start_with(|_| {}).await
    }

    /// Starts all four services with a changed configuration.
    pub(crate) async fn start_with(change: impl FnOnce(&mut Config)) -> Self {
        install_crypto_provider();
        let stack = TestStack::start().await.unwrap();
        let mut config = Config::from_toml(&stack.config(), []).unwrap();
        config.shutdown.drain = Duration::from_secs(5);
        change(&mut config);
        let broker = Broker::new(stack.broker.url(), "tests").unwrap();
        Topology::throughline().declare(&broker).await.unwrap();
        broker.close().await;
        let tenant = tenant::create(&config, "acme").await.unwrap();
        let mut ring = Self {
            client: Client::new(String::new(), String::new()),
            stack,
            config,
            tenant,
            running: Vec::new(),
            base: String::new(),
        };
        ring.spawn(Service::Gateway);
        ring.client = Client::new(ring.base.clone(), ring.tenant.owner_token.clone());
        for service in [Service::Scheduler, Service::Worker, Service::Sink] {
            ring.spawn(service);
        }
        ring
    }

    /// A client with another token.
    pub(crate) fn client_of(&self, token: &str) -> Client {
        Client::new(self.base.clone(), token.to_owned())
    }

    /// Another tenant of the same installation.
    pub(crate) async fn other_tenant(&self, slug: &str) -> (Tenant, Client) {
        let tenant = tenant::create(&self.config, slug).await.unwrap();
        let client = self.client_of(&tenant.owner_token);
        (tenant, client)
    }

    /// Starts a service (once more).
    pub(crate) fn spawn(&mut self, service: Service) {
        let process = Process::for_tests(service, self.config.clone());
        let given = process.clone();
        #[allow(clippy::disallowed_methods, reason = "the ring of a test is supervised by the test")]
        let task = match service {
            Service::Gateway => {
                let gateway = Gateway::build(&process).unwrap();
                self.base = format!("http://{}", gateway.addr().unwrap());
                tokio::spawn(async move { gateway.run(&given).await })
            }
            Service::Scheduler => {
                let scheduler = Scheduler::build(&process).unwrap();
                tokio::spawn(scheduler.run(given))
            }
            Service::Worker => {
                let worker = Worker::build(&process).unwrap();
                tokio::spawn(worker.run(given))
            }
            Service::Sink => {
                let sink = Sink::build(&process).unwrap();
                tokio::spawn(sink.run(given))
            }
            Service::Admin => panic!("admin is no service"),
        };
        self.running.push((service, process, task));
    }

    /// Ends a service in good order, and waits for it.
    pub(crate) async fn stop(&mut self, service: Service) {
        let at = self.running.iter().position(|(running, _, _)| *running == service).expect("it runs");
        let (_, process, task) = self.running.remove(at);
        process.shutdown.ask();
        tokio::time::timeout(SOON, task).await.expect("it ends in time").unwrap().unwrap();
    }

    /// Ends a service as a crash would: nothing is finished, nothing is acknowledged.
    pub(crate) fn crash(&mut self, service: Service) {
        let at = self.running.iter().position(|(running, _, _)| *running == service).expect("it runs");
        let (_, _, task) = self.running.remove(at);
        task.abort();
    }
}
