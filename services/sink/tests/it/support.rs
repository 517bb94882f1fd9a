//! A sink on servers of its own.

use std::time::Duration;

use bytes::Bytes;
use sqlx::{Connection as _, PgConnection};
use throughline_blob::{Blob, BlobOptions, FrameAt, FrameReader};
use throughline_chassis::Service;
use throughline_chassis::config::Config;
use throughline_chassis::process::Process;
use throughline_contract::{
    Capture, Message as _, PhaseContent, PhaseDocument, RecordOutcome, RunFinished, RunHeader, Stage,
};
use throughline_domain::{
    Clock, IntegrationId, Operation, Outcome, OutcomeCounts, Phase, Retention, RevisionNumber, RunId,
    RunStatus, SystemClock, TenantId, Timestamp, TriggerKind,
};
use throughline_mask::Masked;
use throughline_queue::{Broker, Message, Publisher, Queue, Topology};
use throughline_sink::Sink;
use throughline_store::runs::phases::{PhaseState, Pointer};
use throughline_store::runs::{self, RunDetail};
use throughline_store::tenants::{self, NewTenant, SealedKey};
use throughline_store::{Store, StoreError};
use throughline_testkit::eventually;
use throughline_testkit::stack::TestStack;
use throughline_vault::{MasterKeys, TenantKey};
use tokio::task::JoinHandle;
use uuid::Uuid;

/// Long enough for a loaded machine.
pub const SOON: Duration = Duration::from_secs(20);

/// Servers, a broker with its queues, and one tenant.
pub struct Fixture {
    pub stack: TestStack,
    pub config: Config,
    pub broker: Broker,
    pub publisher: Publisher,
    pub gateway: Store,
    pub blob: Blob,
    pub tenant: TenantKey,
}

impl Fixture {
    pub async fn new() -> Self {
        let stack = TestStack::start().await.unwrap();
        let config = Config::from_toml(&stack.config(), []).unwrap();
        let broker = Broker::new(stack.broker.url(), "test").unwrap();
        Topology::throughline().declare(&broker).await.unwrap();
        let objects = &stack.objects;
        let blob = Blob::new(&BlobOptions {
            endpoint: Some(objects.endpoint()),
            ..BlobOptions::new(objects.bucket(), objects.access_key(), objects.secret_key().into())
        });
        let gateway = Store::connect(&stack.database.url_of("throughline_gateway"), 2).unwrap();
        let tenant = TenantKey::generate(TenantId::new(now()));
        let publisher = Publisher::new(&broker);
        let fixture = Self { stack, config, broker, publisher, gateway, blob, tenant };
        fixture.add_tenant(&fixture.tenant).await;
        fixture
    }

    pub async fn add_tenant(&self, key: &TenantKey) {
        let master = self.config.vault.master_key.as_ref().unwrap().to_secret_string();
        let sealed = MasterKeys::new(&self.config.vault.key_id, &master).unwrap().seal(key);
        let owner = Store::connect(self.stack.database.url(), 1).unwrap();
        let mut tx = owner.tenant(key.tenant()).await.unwrap();
        let key_row = SealedKey { sealed: sealed.bytes, master_key_id: sealed.master_key_id };
        let (id, slug) = (key.tenant(), key.tenant().to_string());
        tenants::create(&mut tx, &NewTenant { id, name: "T".to_owned(), slug, key: key_row }).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// A connection of the owner of the database.
    pub async fn owner(&self) -> PgConnection {
        PgConnection::connect(self.stack.database.url()).await.unwrap()
    }

    pub fn store(&self) -> Store {
        Store::connect(&self.stack.database.url_of("throughline_sink"), 2).unwrap()
    }

    pub fn start(&self) -> RunningSink {
        let process = Process::for_tests(Service::Sink, self.config.clone());
        let sink = Sink::build(&process).unwrap();
        RunningSink { task: tokio::spawn(sink.run(process.clone())), process }
    }

    pub async fn publish(&self, capture: &Capture) {
        self.publish_bytes(capture.encode()).await;
    }

    pub async fn publish_bytes(&self, bytes: impl Into<Bytes>) {
        let message = Message::new(Capture::NAME, Uuid::now_v7(), bytes);
        self.publisher.publish(Queue::Captures, message).await.unwrap();
    }

    pub async fn find(&self, tenant: TenantId, run: RunId) -> Result<RunDetail, StoreError> {
        let mut tx = self.gateway.tenant(tenant).await?;
        runs::find(&mut tx, tenant, run).await
    }

    /// Waits for the row of a run that has ended.
    pub async fn ended(&self, tenant: TenantId, run: RunId) -> RunDetail {
        eventually("the run has ended", SOON, async || match self.find(tenant, run).await {
            Ok(detail) if detail.summary.status.is_final() => Ok(detail),
            other => Err(format!("{other:?}")),
        })
        .await
    }

    /// Reads the sealed frame of a phase.
    pub async fn frame(&self, detail: &RunDetail, phase: Phase) -> Bytes {
        let at = pointer(detail, phase);
        let reader = FrameReader::new(self.blob.clone(), 1 << 20);
        reader.read(at.pack, at.class, FrameAt { offset: at.offset, length: at.length }).await.unwrap()
    }

    /// Waits until everything that was published before is handled: batches are handled in order.
    pub async fn handled(&self) {
        let last = capture(self.tenant.tenant());
        self.publish(&last).await;
        self.ended(last.run.tenant, last.run.run).await;
    }

    /// Waits until so many messages are parked.
    pub async fn parked(&self, wanted: u32) {
        eventually("messages are parked", SOON, async || match self.depth(Queue::Parked).await {
            parked if parked == wanted => Ok(()),
            parked => Err(parked),
        })
        .await;
    }

    pub async fn depth(&self, queue: Queue) -> u32 {
        self.broker.depth(queue).await.unwrap().messages
    }

    pub async fn packs(&self) -> Vec<String> {
        self.blob.list("packs/", None, 1000).await.unwrap().into_iter().map(|object| object.key).collect()
    }
}

pub struct RunningSink {
    task: JoinHandle<anyhow::Result<()>>,
    pub process: Process,
}

impl RunningSink {
    /// Ends it as SIGTERM does.
    pub async fn stop(self) {
        self.process.shutdown.ask();
        self.task.await.unwrap().unwrap();
    }

    /// Ends it as SIGKILL does: in the middle of whatever it does.
    pub async fn kill(self) {
        self.task.abort();
        let _ = self.task.await;
    }
}

pub fn now() -> Timestamp {
    SystemClock.now()
}

pub fn pointer(detail: &RunDetail, phase: Phase) -> Pointer {
    match &detail.phases.get(phase).unwrap().state {
        PhaseState::Captured(at) => *at,
        other => panic!("{other:?}"),
    }
}

pub fn header(tenant: TenantId) -> RunHeader {
    RunHeader {
        run: RunId::new(now()),
        tenant,
        integration: IntegrationId::new(now()),
        action: "open".to_owned(),
        revision: Some(RevisionNumber(1)),
        trigger: TriggerKind::Listen,
        attempt: 1,
        queued_at: now(),
        caused_by: None,
        retention: Retention::default(),
    }
}

/// A run that made one record, with a document for each phase but one.
pub fn capture(tenant: TenantId) -> Capture {
    let run = header(tenant);
    let phase = |phase: Phase| PhaseDocument {
        phase,
        content: match phase {
            Phase::ExtractHttp => PhaseContent::NotCaptured("HTTP data is not kept".to_owned()),
            phase => PhaseContent::Captured(Masked::from_capture(document(run.run, phase))),
        },
        items: 1,
        took_us: 1500,
    };
    let finished = RunFinished {
        started_at: Some(now()),
        finished_at: now(),
        status: RunStatus::Succeeded,
        counts: OutcomeCounts { read: 1, created: 1, ..OutcomeCounts::default() },
        error: None,
        records: vec![RecordOutcome {
            source_key: "alert-1".to_owned(),
            target_key: Some("INC-1".to_owned()),
            source_url: None,
            target_url: None,
            operation: Some(Operation::Create),
            outcome: Outcome::Created,
            error: None,
        }],
        phases: Phase::ALL.iter().copied().map(phase).collect(),
        next_attempt_at: None,
    };
    Capture { run, stage: Stage::Finished(Box::new(finished)) }
}

/// What the phase of a run says.
pub fn document(run: RunId, phase: Phase) -> Bytes {
    Bytes::from(format!(r#"{{"run":"{run}","phase":"{phase}","text":"{}"}}"#, "word ".repeat(100)))
}
