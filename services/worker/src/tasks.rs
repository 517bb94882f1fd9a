//! Questions that only a worker may answer, because only workers reach the systems of tenants.

use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use throughline_connectors::{Failure, Recorder};
use throughline_contract::{Message as _, SystemTested, Task, TaskFailure, TaskReply, TaskRequest};
use throughline_domain::{ErrorCode, Side, SystemId, TenantId};
use throughline_mask::MaskedJson;
use throughline_queue::{Answer, Delivery};
use tokio::time::Instant;

use crate::engine::Engine;
use crate::run::{Halt, Stop};
use crate::systems::System;

/// How long one exchange of a task may take.
const HTTP_TIMEOUT: Duration = Duration::from_secs(15);

/// Answers tasks. Idempotent: a task only reads.
#[derive(Clone)]
pub(crate) struct Tasks(pub(crate) Engine);

#[async_trait]
impl Answer for Tasks {
    async fn answer(&self, question: Delivery) -> Option<Bytes> {
        let request = match TaskRequest::decode(&question.body) {
            Ok(request) => request,
            Err(error) => {
                tracing::warn!(%error, "a task that cannot be decoded was dropped");
                return None;
            }
        };
        Some(self.reply(&request).await.encode().into())
    }
}

impl Tasks {
    async fn reply(&self, request: &TaskRequest) -> TaskReply {
        let Ok(left) = (request.deadline - self.0.clock.now()).to_std() else { return too_late() };
        let answer = async {
            match request.task {
                Task::TestSystem(system) => self.test(request.tenant, system).await,
                Task::DiscoverSchema(system) => self.discover(request.tenant, system).await,
            }
        };
        match tokio::time::timeout(left, answer).await {
            Ok(Ok(reply)) => reply,
            Ok(Err(halt)) => TaskReply::Failed(stopped(halt)),
            Err(_) => too_late(),
        }
    }

    async fn test(&self, tenant: TenantId, system: SystemId) -> Result<TaskReply, Halt> {
        let (system, masker) = self.0.systems.fresh(tenant, system, HTTP_TIMEOUT).await?;
        let recorder = Recorder::new(masker);
        let began = Instant::now();
        let tested = system.connection.test(&recorder).await;
        let took_ms = u32::try_from(began.elapsed().as_millis()).unwrap_or(u32::MAX);
        let (exchanges, _) = recorder.exchanges().shortened("exchanges", 1024 * 1024, |_| false);
        let exchanges = exchanges.member("exchanges").unwrap_or_else(|| MaskedJson::array([])).to_bytes();
        Ok(TaskReply::SystemTested(match tested {
            Ok(report) => SystemTested {
                message: recorder.mask(&report.message).into_inner(),
                error: None,
                identity: report.identity.map(|identity| recorder.mask(&identity).into_inner()),
                version: report.version.map(|version| recorder.mask(&version).into_inner()),
                exchanges,
                took_ms,
            },
            Err(failure) => {
                let error = failed(&recorder, &failure);
                SystemTested {
                    message: error.message.clone(),
                    error: Some(error),
                    identity: None,
                    version: None,
                    exchanges,
                    took_ms,
                }
            }
        }))
    }

    async fn discover(&self, tenant: TenantId, system: SystemId) -> Result<TaskReply, Halt> {
        let (system, masker) = self.0.systems.fresh(tenant, system, HTTP_TIMEOUT).await?;
        let recorder = Recorder::discarding(masker);
        Ok(match schema(&system, &recorder).await {
            Ok(json) => TaskReply::SchemaDiscovered(json),
            Err(failure) => TaskReply::Failed(failed(&recorder, &failure)),
        })
    }
}

async fn schema(system: &System, recorder: &Recorder) -> Result<Vec<u8>, Failure> {
    let mut entities = Vec::new();
    for entity in system.manifest.entities.keys() {
        entities.push(system.connection.discover(entity, recorder).await?);
    }
    serde_json::to_vec(&entities).map_err(|error| Failure::new(ErrorCode::InternalFault, error.to_string()))
}

/// The console shows a system alone, so its side is that of a source.
fn failed(recorder: &Recorder, failure: &Failure) -> TaskFailure {
    TaskFailure {
        code: failure.code,
        message: recorder.mask(&failure.message).into_inner(),
        side: Side::Source,
    }
}

fn stopped(halt: Halt) -> TaskFailure {
    match halt {
        Halt::Stop(Stop::Failed { error, .. }) => {
            TaskFailure { code: error.code, message: error.message, side: error.side }
        }
        Halt::Stop(Stop::Cancelled) => ours("The task was cancelled."),
        Halt::Away(error) => {
            tracing::warn!(error = &error as &dyn std::error::Error, "a task could not read its system");
            ours("Throughline cannot read the system's configuration at the moment. Try again.")
        }
    }
}

fn too_late() -> TaskReply {
    let message = "The system did not answer in time.".to_owned();
    TaskReply::Failed(TaskFailure { code: ErrorCode::RequestTimedOut, message, side: Side::Source })
}

fn ours(message: &str) -> TaskFailure {
    TaskFailure { code: ErrorCode::InternalFault, message: message.to_owned(), side: Side::Throughline }
}
