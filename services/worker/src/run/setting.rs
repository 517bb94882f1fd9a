//! What stays the same during a run: the request, its plan, its systems, its clock.

use std::sync::Arc;
use std::time::Duration;

use throughline_connectors::{Connection, Recorder};
use throughline_contract::{Input, RunRequest};
use throughline_domain::{HttpCapture, Lane, Side, Timestamp};
use throughline_flow::{Action, FieldPath, Integration, Plan, Record, RunFacts, Trigger};
use throughline_mask::Masker;
use throughline_store::links::LinkScope;
use throughline_vault::TenantKey;
use tokio::time::Instant;

use crate::capture::Keep;
use crate::engine::Engine;
use crate::run::stop::{Halt, Stop};
use crate::systems::{Pair, TRUSTED};

/// What stays the same during a run.
pub(crate) struct Setting<'r> {
    pub(crate) request: &'r RunRequest,
    pub(crate) plan: Arc<Plan>,
    pub(crate) pair: Arc<Pair>,
    pub(crate) key: Arc<TenantKey>,
    pub(crate) facts: RunFacts,
    pub(crate) started_at: Timestamp,
    /// When the run is given up.
    pub(crate) deadline: Instant,
    /// What of the run is kept.
    pub(crate) keep: Keep,
    /// Exchanges with the source.
    pub(crate) reading: Recorder,
    /// Exchanges with the target.
    pub(crate) writing: Recorder,
    /// Whether no further attempt follows this one.
    pub(crate) last_attempt: bool,
    /// The correlation field, if the target can be searched by it.
    pub(crate) search: Option<FieldPath>,
    /// Whether a create writes other fields than an update.
    pub(crate) writes_differ: bool,
}

impl<'r> Setting<'r> {
    /// Reads what the request names.
    pub(crate) async fn of(
        engine: &Engine,
        request: &'r RunRequest,
        started_at: Timestamp,
    ) -> Result<Self, Halt> {
        let left = (request.deadline - started_at).to_std().map_err(|_| Stop::timed_out())?;
        let plan = engine.plans.get(request).await?;
        let (integration, action) = (plan.integration(), plan.action());
        let systems = (integration.source.system_id(), integration.target.system_id());
        let trusted = if request.lane == Lane::Interactive { Duration::ZERO } else { TRUSTED };
        let http_timeout = action.limits.http_timeout.as_duration();
        let pair = engine.systems.pair(request.tenant, systems, http_timeout, trusted).await?;
        let keep = Keep::of(request, action, started_at);
        Ok(Self {
            key: engine.systems.key(request.tenant).await?,
            facts: facts(request, integration, started_at),
            deadline: Instant::now() + left.min(action.limits.timeout.as_duration()),
            reading: recorder(&keep, &pair.masker),
            writing: recorder(&keep, &pair.masker),
            last_attempt: request.attempt >= engine.retry.max_attempts,
            search: search(integration, &pair.target.connection),
            writes_differ: plan.writes_differ(),
            request,
            plan: Arc::clone(&plan),
            pair,
            started_at,
            keep,
        })
    }

    /// The action.
    pub(crate) fn action(&self) -> &Action {
        self.plan.action()
    }

    /// The integration's document.
    pub(crate) fn integration(&self) -> &Integration {
        self.plan.integration()
    }

    /// What reads.
    pub(crate) fn source(&self) -> &Connection {
        &self.pair.source.connection
    }

    /// What writes.
    pub(crate) fn target(&self) -> &Connection {
        &self.pair.target.connection
    }

    /// The target's entity.
    pub(crate) fn target_entity(&self) -> &str {
        &self.integration().target.entity
    }

    /// When the source changed the record last.
    pub(crate) fn changed(&self, record: &Record) -> Option<String> {
        self.source().changed(&self.integration().source.entity, record)
    }

    /// Name of the system on one side, for messages.
    pub(crate) fn system_name(&self, side: Side) -> &str {
        if side == Side::Source { &self.pair.source.name } else { &self.pair.target.name }
    }

    /// Whose links.
    pub(crate) const fn scope(&self) -> LinkScope {
        LinkScope { tenant: self.request.tenant, integration: self.request.integration }
    }

    /// How long links are claimed for: longer than a request that was just sent can stay on its way.
    pub(crate) fn lease(&self) -> Duration {
        self.action().limits.http_timeout.as_duration() + RENEWED * 2
    }

    /// Whether this run reads the source from a watermark on.
    pub(crate) fn has_watermark(&self) -> bool {
        matches!(self.request.input, Input::Poll) && !matches!(self.action().trigger, Trigger::Listen)
    }

    /// Masks a short text with everything that is secret on either side.
    pub(crate) fn mask(&self, text: &str) -> String {
        self.writing.mask(self.reading.mask(text).as_str()).into_inner()
    }

    /// Whether the run has used up its time.
    pub(crate) fn is_late(&self) -> bool {
        Instant::now() >= self.deadline
    }
}

/// How often claims are renewed while a run works.
pub(crate) const RENEWED: Duration = Duration::from_secs(2);

fn facts(request: &RunRequest, integration: &Integration, started_at: Timestamp) -> RunFacts {
    RunFacts {
        id: request.run.to_string(),
        started_at,
        integration: integration.name.clone(),
        action: request.action.clone(),
    }
}

fn recorder(keep: &Keep, masker: &Masker) -> Recorder {
    if keep.http() == HttpCapture::Off {
        Recorder::discarding(masker.clone())
    } else {
        Recorder::new(masker.clone())
    }
}

fn search(integration: &Integration, target: &Connection) -> Option<FieldPath> {
    let field = &integration.correlation.as_ref()?.target_field;
    target.is_searchable(&integration.target.entity, &field.to_string()).then(|| field.clone())
}
