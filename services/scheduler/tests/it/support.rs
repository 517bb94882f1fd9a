//! A scheduler whose turns are taken by the test.

use std::time::Duration;

use throughline_chassis::Service;
use throughline_chassis::config::Config;
use throughline_chassis::process::Process;
use throughline_contract::{Capture, Event, Input, Message as _, RunRequest, Trigger};
use throughline_coord::{Coord, Leases};
use throughline_domain::{
    Clock, IntegrationId, Lane, RevisionNumber, RunId, SystemClock, TenantId, Timestamp, TriggerId,
    TriggerKind,
};
use throughline_queue::{
    Broker, Consumer, ConsumerOptions, Delivery, Handler, Parked, ParkedMessage, Publisher, Queue, Topology,
    Verdict,
};
use throughline_scheduler::admission::Admission;
use throughline_scheduler::{Parts, Scheduler};
use throughline_store::integrations::{self, Outline};
use throughline_store::revisions::{self, Revision};
use throughline_store::tenants::{self, NewTenant, SealedKey};
use throughline_store::{Store, Tx};
use throughline_testkit::eventually;
use throughline_testkit::stack::TestStack;
use throughline_vault::{MasterKeys, TenantKey};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

/// Long enough for a loaded machine.
pub const SOON: Duration = Duration::from_secs(20);

/// Servers, one tenant, and one published integration.
pub struct Fixture {
    pub stack: TestStack,
    pub parts: Parts,
    pub admission: Admission,
    pub leases: Leases,
    pub tenant: TenantId,
    pub integration: IntegrationId,
}

impl Fixture {
    /// With so many places for the tenant.
    pub async fn new(places: u32, trigger: serde_json::Value) -> Self {
        let stack = TestStack::start().await.unwrap();
        let mut config = Config::from_toml(&stack.config(), []).unwrap();
        config.scheduler.tenant_in_flight = places;
        let broker = Broker::new(stack.broker.url(), "test").unwrap();
        Topology::throughline().declare(&broker).await.unwrap();
        let process = Process::for_tests(Service::Scheduler, config.clone());
        let parts = Scheduler::build(&process).unwrap().parts().clone();
        let leases = Leases::new(&Coord::new(&stack.redis_url, Duration::from_secs(1)).unwrap());
        let (tenant, integration) = (TenantId::new(now()), IntegrationId::new(now()));
        let admission = Admission::new(parts.clone(), &config.scheduler);
        let fixture = Self { stack, parts, admission, leases, tenant, integration };
        fixture.add_tenant(&config).await;
        fixture.publish(trigger).await;
        fixture
    }

    async fn add_tenant(&self, config: &Config) {
        let master = config.vault.master_key.as_ref().unwrap().to_secret_string();
        let sealed =
            MasterKeys::new(&config.vault.key_id, &master).unwrap().seal(&TenantKey::generate(self.tenant));
        let owner = Store::connect(self.stack.database.url(), 1).unwrap();
        let mut tx = owner.tenant(self.tenant).await.unwrap();
        let key = SealedKey { sealed: sealed.bytes, master_key_id: sealed.master_key_id };
        let (id, slug) = (self.tenant, self.tenant.to_string());
        tenants::create(&mut tx, &NewTenant { id, name: "T".to_owned(), slug, key }).await.unwrap();
        tx.commit().await.unwrap();
    }

    async fn publish(&self, trigger: serde_json::Value) {
        let gateway = Store::connect(&self.stack.database.url_of("throughline_gateway"), 1).unwrap();
        let (tenant, id, number) = (self.tenant, self.integration, RevisionNumber(1));
        let system = uuid::Uuid::new_v4().to_string();
        let mut document = throughline_testkit::builders::alerts_to_incidents(&system, &system);
        document["actions"][0]["trigger"] = trigger;
        let outline = Outline {
            name: "I".to_owned(),
            description: String::new(),
            systems: Vec::new(),
            actions: vec![("open-incident".to_owned(), "Open".to_owned())],
        };
        let revision = Revision {
            number,
            document,
            content_hash: String::new(),
            created_by: "test".to_owned(),
            created_at: now(),
            published_at: None,
        };
        let mut tx = gateway.tenant(tenant).await.unwrap();
        integrations::create(&mut tx, tenant, id, &outline).await.unwrap();
        revisions::add(&mut tx, tenant, id, &revision).await.unwrap();
        integrations::set_published(&mut tx, tenant, id, number, &outline).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// A webhook for the integration.
    pub fn webhook(&self) -> Trigger {
        Trigger {
            id: TriggerId::new(now()),
            tenant: self.tenant,
            integration: self.integration,
            action: "open-incident".to_owned(),
            revision: None,
            kind: TriggerKind::Listen,
            lane: Lane::Bulk,
            accepted_at: now(),
            not_before: None,
            attempt: 1,
            caused_by: None,
            input: Input::Event(Event { headers: Vec::new(), body: "{}".into() }),
        }
    }

    /// Admits triggers as their consumer does.
    pub async fn admit(&self, triggers: Vec<Trigger>) {
        let mut session = self.parts.store.autocommit().await.unwrap();
        self.admission.admit(&mut session, triggers).await.unwrap();
    }

    pub async fn service(&self) -> Tx {
        self.parts.store.service().await.unwrap()
    }

    pub async fn depth(&self, queue: Queue) -> u32 {
        self.parts.broker.depth(queue).await.unwrap().messages
    }

    /// Waits until a queue holds so many messages, and takes them.
    pub async fn take(&self, queue: Queue, count: u32) -> Vec<Delivery> {
        eventually("messages wait", SOON, async || match self.depth(queue).await {
            depth if depth == count => Ok(()),
            depth => Err(depth),
        })
        .await;
        let (sender, mut taken) = mpsc::unbounded_channel();
        let publisher = Publisher::new(&self.parts.broker);
        let options = ConsumerOptions { concurrency: 1, ..ConsumerOptions::default() };
        let consumer = Consumer::new(&self.parts.broker, &publisher, queue, options);
        let end = CancellationToken::new();
        let consuming = tokio::spawn(consumer.run(Taking(sender), end.clone()));
        let mut messages = Vec::new();
        while messages.len() < count as usize {
            messages.push(tokio::time::timeout(SOON, taken.recv()).await.unwrap().unwrap());
        }
        end.cancel();
        consuming.await.unwrap().unwrap();
        messages
    }

    /// The runs that were requested, in order.
    pub async fn requested(&self, count: u32) -> Vec<RunId> {
        let messages = self.take(Queue::RunsBulk, count).await;
        messages.iter().map(|message| RunRequest::decode(&message.body).unwrap().run).collect()
    }

    /// The settlements that were published.
    pub async fn settled(&self, count: u32) -> Vec<Capture> {
        let messages = self.take(Queue::Captures, count).await;
        messages.iter().map(|message| Capture::decode(&message.body).unwrap()).collect()
    }

    /// The messages that are kept for a person.
    pub async fn kept(&self, count: usize) -> Vec<ParkedMessage> {
        let parked = Parked::new(&self.parts.broker, &self.parts.publisher);
        eventually("messages are parked", SOON, async || match parked.list(100).await.unwrap() {
            found if found.len() == count => Ok(found),
            found => Err(found.len()),
        })
        .await
    }
}

struct Taking(mpsc::UnboundedSender<Delivery>);

#[async_trait::async_trait]
impl Handler for Taking {
    async fn handle(&self, delivery: Delivery) -> Verdict {
        let _ = self.0.send(delivery);
        Verdict::Ack
    }
}

pub fn now() -> Timestamp {
    SystemClock.now()
}
