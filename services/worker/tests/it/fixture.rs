//! A tenant with one integration between two systems that are the same partner.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use chrono::TimeDelta;
use secrecy::SecretString;
use serde_json::{Value, json};
use throughline_connectors::{Catalogue, Egress, EgressConfig};
use throughline_contract::{Event, Input, PhaseContent, RunFinished, RunRequest, Stage, Trigger};
use throughline_coord::{Cancels as Wishes, Coord};
use throughline_domain::{
    CapturePolicy, Clock, HttpCapture, IntegrationId, Lane, Phase, Retention, RetryPolicy, RevisionNumber,
    RunId, SystemClock, SystemId, TenantId, Timestamp, TriggerKind,
};
use throughline_store::integrations::{self, Outline};
use throughline_store::revisions::{self, Revision};
use throughline_store::systems::{self, SystemFields};
use throughline_store::tenants::{self, NewTenant, SealedKey};
use throughline_store::{Store, watermarks};
use throughline_testkit::stack::{Database, Servers};
use throughline_vault::{MasterKeys, Row, TenantKey};
use throughline_worker::{Cancels, Engine, Executed, Parts, Places};

use crate::partner::Partner;

/// A secret of the source and one of the target; neither may be seen anywhere.
pub(crate) const SOURCE_SECRET: &str = "canary-source-8c1f";
pub(crate) const TARGET_SECRET: &str = "canary target/77=";

pub(crate) struct Fixture {
    pub(crate) engine: Engine,
    pub(crate) partner: Partner,
    pub(crate) worker: Store,
    pub(crate) tenant: TenantId,
    pub(crate) integration: IntegrationId,
    pub(crate) cancels: Wishes,
    places: Places,
    _database: Database,
}

/// The action of the tests: an item becomes a ticket. Change what matters.
pub(crate) fn action() -> Value {
    json!({
        "key": "act",
        "trigger": {"kind": "poll", "every": "30s", "overlap": "5s"},
        "filter": {"field": "kind", "op": "ne", "value": "noise"},
        "map": [
            {"target": "title", "copy": "name"},
            {"target": "external_id", "copy": "id"},
            {"target": "level", "value_map": {"from": "level", "values": {"high": 1, "low": 2}}},
        ],
        "write": "upsert",
        "limits": {"http_timeout": "1s"},
        "capture": {"http": "all"},
    })
}

/// An item of the source.
pub(crate) fn item(id: &str, name: &str, changed_at: &str) -> Value {
    json!({ "id": id, "name": name, "level": "high", "kind": "signal", "at": changed_at })
}

impl Fixture {
    pub(crate) async fn new(action: Value) -> Self {
        Self::with(action, json!({"target_field": "external_id"})).await
    }

    /// `correlation` may be null: then the target cannot be searched.
    pub(crate) async fn with(action: Value, correlation: Value) -> Self {
        let servers = Servers::from_env().unwrap();
        let database = Database::create(&servers).await.unwrap();
        let cancels = Wishes::new(&Coord::new(&servers.redis_url, Duration::from_secs(1)).unwrap());
        let owner = Store::connect(database.url(), 2).unwrap();
        let now = SystemClock.now();
        let (tenant, integration) = (TenantId::new(now), IntegrationId::new(now));
        let master = MasterKeys::new("k1", &SecretString::from("A".repeat(43) + "=")).unwrap();
        let key = TenantKey::generate(tenant);
        let sealed = master.seal(&key);
        let (partner, address) = Partner::start().await;
        let mut tx = owner.tenant(tenant).await.unwrap();
        let new = NewTenant {
            id: tenant,
            name: "T".to_owned(),
            slug: tenant.to_string(),
            key: SealedKey { sealed: sealed.bytes, master_key_id: sealed.master_key_id },
        };
        tenants::create(&mut tx, &new).await.unwrap();
        let mut ids = Vec::new();
        for (name, secret, settings) in [
            (
                "Shop",
                SOURCE_SECRET,
                json!({"read_path": "/items", "since_parameter": "since", "changed_at": "at", "listen_select": "items"}),
            ),
            ("Desk", TARGET_SECRET, json!({"read_path": "/tickets", "search_parameter": "ref"})),
        ] {
            let id = SystemId::new(now);
            let secrets = json!({ "api_key": secret }).to_string();
            let fields = SystemFields {
                name: name.to_owned(),
                connector: "http".to_owned(),
                base_url: format!("http://{address}"),
                settings,
                sealed_credentials: Some(key.seal_secret(Row::Credentials(id), secrets.as_bytes())),
                credentials_set: vec!["api_key".to_owned()],
            };
            systems::create(&mut tx, tenant, id, &fields).await.unwrap();
            ids.push(id);
        }
        let mut document = json!({
            "name": "Shop to desk",
            "source": {"system": ids[0].to_string(), "entity": "record"},
            "target": {"system": ids[1].to_string(), "entity": "record"},
            "actions": [action],
        });
        if !correlation.is_null() {
            document["correlation"] = correlation;
        }
        let outline = Outline {
            name: "Shop to desk".to_owned(),
            description: String::new(),
            systems: ids,
            actions: Vec::new(),
        };
        integrations::create(&mut tx, tenant, integration, &outline).await.unwrap();
        let revision = Revision {
            number: RevisionNumber(1),
            document,
            content_hash: "h".to_owned(),
            created_by: "test".to_owned(),
            created_at: now,
            published_at: None,
        };
        revisions::add(&mut tx, tenant, integration, &revision).await.unwrap();
        tx.commit().await.unwrap();
        let worker = Store::connect(&database.url_of("throughline_worker"), 8).unwrap();
        let engine = engine(&worker, master, cancels.clone());
        Self {
            engine,
            partner,
            worker,
            cancels,
            tenant,
            integration,
            places: Places::new(8),
            _database: database,
        }
    }

    pub(crate) fn request(&self, input: Input) -> RunRequest {
        let now = SystemClock.now();
        RunRequest {
            run: RunId::new(now),
            tenant: self.tenant,
            integration: self.integration,
            action: "act".to_owned(),
            revision: RevisionNumber(1),
            trigger: if matches!(input, Input::Poll) { TriggerKind::Poll } else { TriggerKind::Listen },
            lane: Lane::Bulk,
            attempt: 1,
            queued_at: now,
            deadline: now + TimeDelta::seconds(60),
            caused_by: None,
            input,
            capture: CapturePolicy { http: HttpCapture::Failures, ..CapturePolicy::default() },
            retention: Retention::default(),
        }
    }

    pub(crate) async fn execute(&self, request: &RunRequest) -> Seen {
        let executed = self.execute_only(request).await;
        if let Some(advance) = &executed.advance {
            self.engine.advance(request, advance).await.unwrap();
        }
        Seen::of(executed)
    }

    /// As [`Self::execute`], but the process is lost before what the run leaves is published.
    pub(crate) async fn execute_only(&self, request: &RunRequest) -> Executed {
        let place = self.places.enter().await;
        self.engine.execute(request, &place).await.unwrap()
    }

    /// A run on pushed items.
    pub(crate) async fn push(&self, items: &[Value]) -> Seen {
        self.execute(&self.request(event(items))).await
    }

    pub(crate) async fn poll(&self) -> Seen {
        self.execute(&self.request(Input::Poll)).await
    }

    /// The run that a retry trigger causes.
    pub(crate) async fn retry(&self, trigger: &Trigger) -> Seen {
        let request = RunRequest {
            run: trigger.id.into(),
            trigger: trigger.kind,
            attempt: trigger.attempt,
            caused_by: trigger.caused_by,
            ..self.request(trigger.input.clone())
        };
        self.execute(&request).await
    }

    pub(crate) async fn watermark(&self) -> Option<String> {
        let mut tx = self.worker.tenant(self.tenant).await.unwrap();
        watermarks::read(&mut tx, self.tenant, self.integration, "act").await.unwrap()
    }

    /// Whether a failed record is kept under this key and version: a poll would leave it to the retries.
    pub(crate) async fn keeps_failed(&self, key: &str, version: &str) -> bool {
        // The connector writes instants to the microsecond.
        let version = version.replace('Z', ".000000Z");
        let scope =
            throughline_store::links::LinkScope { tenant: self.tenant, integration: self.integration };
        let mut tx = self.worker.tenant(self.tenant).await.unwrap();
        let seen = throughline_store::links::seen(&mut tx, scope, "act", &[(key, &version)]).await.unwrap();
        seen == [key]
    }
}

fn engine(worker: &Store, master_keys: MasterKeys, cancels: Wishes) -> Engine {
    let config = EgressConfig { allow: vec!["127.0.0.0/8".parse().unwrap()], ..EgressConfig::default() };
    Engine::new(Parts {
        store: worker.clone(),
        master_keys,
        catalogue: Catalogue::builtin().unwrap(),
        egress: Egress::new(config).unwrap(),
        cancels: Cancels::heard(cancels),
        clock: Arc::new(SystemClock),
        retry: RetryPolicy { base: Duration::from_secs(2), ..RetryPolicy::default() },
    })
}

pub(crate) fn event(items: &[Value]) -> Input {
    Input::Event(Event { headers: Vec::new(), body: Bytes::from(json!({ "items": items }).to_string()) })
}

/// A run that is over, easy to look at.
pub(crate) struct Seen {
    pub(crate) run: RunFinished,
    pub(crate) retries: Vec<Trigger>,
    pub(crate) documents: BTreeMap<Phase, Value>,
    pub(crate) reasons: BTreeMap<Phase, String>,
    pub(crate) encoded: Vec<u8>,
}

impl Seen {
    fn of(executed: Executed) -> Self {
        use throughline_contract::Message as _;
        let encoded = executed.capture.encode();
        let Stage::Finished(run) = executed.capture.stage else { panic!("not finished") };
        let mut documents = BTreeMap::new();
        let mut reasons = BTreeMap::new();
        for phase in &run.phases {
            match &phase.content {
                PhaseContent::Captured(bytes) => {
                    documents.insert(phase.phase, serde_json::from_slice(bytes.get()).unwrap());
                }
                PhaseContent::NotCaptured(reason) => {
                    reasons.insert(phase.phase, reason.clone());
                }
            }
        }
        Self { run: *run, retries: executed.retries, documents, reasons, encoded }
    }

    /// `key outcome`, sorted.
    pub(crate) fn outcomes(&self) -> Vec<String> {
        let mut outcomes: Vec<String> = self
            .run
            .records
            .iter()
            .map(|record| format!("{} {}", record.source_key, record.outcome))
            .collect();
        outcomes.sort();
        outcomes
    }

    pub(crate) fn message(&self) -> &str {
        &self.run.error.as_ref().unwrap().message
    }

    pub(crate) fn finished_at(&self) -> Timestamp {
        self.run.finished_at
    }
}
