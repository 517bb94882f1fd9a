//! [`TaskRequest`] and [`TaskReply`]: questions that only a worker may answer, because only workers reach the
//! systems of tenants.

use prost::Message as _;
use throughline_domain::{ErrorCode, RunError, Side, SystemId, TenantId, Timestamp};
use throughline_mask::MaskedBytes;

use crate::convert::{self, DecodeError};
use crate::{Message, pb};
use pb::throughline::task::v1 as wire;

/// A question to any worker.
#[derive(Debug, Clone, PartialEq)]
pub struct TaskRequest {
    /// Whose.
    pub tenant: TenantId,
    /// When nobody waits for the answer any more.
    pub deadline: Timestamp,
    /// The question.
    pub task: Task,
}

/// What a worker can be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Task {
    /// Does the connection work?
    TestSystem(SystemId),
    /// Which entities and fields does the system have?
    DiscoverSchema(SystemId),
}

/// The answer of a worker.
#[derive(Debug, Clone, PartialEq)]
pub enum TaskReply {
    /// The connection was tried; it may have failed.
    SystemTested(SystemTested),
    /// The entities of the system, as a JSON array of the flow crate's `EntitySchema`.
    SchemaDiscovered(Vec<u8>),
    /// The question could not be answered.
    Failed(TaskFailure),
}

/// How the test of a connection went.
#[derive(Debug, Clone, PartialEq)]
pub struct SystemTested {
    /// One sentence.
    pub message: String,
    /// Why it is not good; `None` when it is.
    pub error: Option<TaskFailure>,
    /// Who the credentials are.
    pub identity: Option<String>,
    /// Version of the system.
    pub version: Option<String>,
    /// The masked HTTP exchanges, a JSON array.
    pub exchanges: MaskedBytes,
    /// How long it took, milliseconds.
    pub took_ms: u32,
}

/// Why a question could not be answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaskFailure {
    /// The stable code.
    pub code: ErrorCode,
    /// One sentence, masked.
    pub message: String,
    /// On whose side.
    pub side: Side,
}

impl From<TaskFailure> for RunError {
    fn from(failure: TaskFailure) -> Self {
        Self::new(failure.code, failure.side, failure.message)
    }
}

impl Message for TaskRequest {
    const NAME: &'static str = "throughline.task.v1.TaskRequest";

    fn encode(&self) -> Vec<u8> {
        use wire::task_request::Task as Wire;
        let task = match self.task {
            Task::TestSystem(system) => {
                Wire::TestSystem(wire::TestSystem { system_id: convert::id_bytes(system) })
            }
            Task::DiscoverSchema(system) => {
                Wire::DiscoverSchema(wire::DiscoverSchema { system_id: convert::id_bytes(system) })
            }
        };
        wire::TaskRequest {
            tenant_id: convert::id_bytes(self.tenant),
            deadline_us: convert::micros(self.deadline),
            task: Some(task),
        }
        .encode_to_vec()
    }

    fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        use wire::task_request::Task as Wire;
        let wire = wire::TaskRequest::decode(bytes).map_err(convert::malformed(Self::NAME))?;
        let task = match convert::required("task", wire.task)? {
            Wire::TestSystem(test) => Task::TestSystem(convert::id("system_id", &test.system_id)?),
            Wire::DiscoverSchema(discover) => {
                Task::DiscoverSchema(convert::id("system_id", &discover.system_id)?)
            }
        };
        Ok(Self {
            tenant: convert::id("tenant_id", &wire.tenant_id)?,
            deadline: convert::instant("deadline_us", wire.deadline_us)?,
            task,
        })
    }
}

impl Message for TaskReply {
    const NAME: &'static str = "throughline.task.v1.TaskReply";

    fn encode(&self) -> Vec<u8> {
        use wire::task_reply::Reply as Wire;
        let reply = match self {
            Self::SystemTested(tested) => Wire::SystemTested(tested_to_wire(tested)),
            Self::SchemaDiscovered(json) => {
                Wire::SchemaDiscovered(wire::SchemaDiscovered { entities_json: json.clone().into() })
            }
            Self::Failed(failure) => Wire::Failed(failure_to_wire(failure)),
        };
        wire::TaskReply { reply: Some(reply) }.encode_to_vec()
    }

    fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        use wire::task_reply::Reply as Wire;
        let wire = wire::TaskReply::decode(bytes).map_err(convert::malformed(Self::NAME))?;
        Ok(match convert::required("reply", wire.reply)? {
            Wire::SystemTested(tested) => Self::SystemTested(tested_from_wire(tested)?),
            Wire::SchemaDiscovered(schema) => Self::SchemaDiscovered(schema.entities_json.to_vec()),
            Wire::Failed(failure) => Self::Failed(failure_from_wire(failure)?),
        })
    }
}

fn tested_to_wire(tested: &SystemTested) -> wire::SystemTested {
    wire::SystemTested {
        ok: tested.error.is_none(),
        message: tested.message.clone(),
        error: tested.error.as_ref().map(failure_to_wire),
        identity: tested.identity.clone().unwrap_or_default(),
        version: tested.version.clone().unwrap_or_default(),
        exchanges_json: tested.exchanges.get().clone(),
        took_ms: tested.took_ms,
    }
}

fn tested_from_wire(wire: wire::SystemTested) -> Result<SystemTested, DecodeError> {
    Ok(SystemTested {
        message: wire.message,
        error: wire.error.map(failure_from_wire).transpose()?,
        identity: convert::optional_text(wire.identity),
        version: convert::optional_text(wire.version),
        exchanges: MaskedBytes::from_capture(wire.exchanges_json),
        took_ms: wire.took_ms,
    })
}

fn failure_to_wire(failure: &TaskFailure) -> wire::TaskFailed {
    wire::TaskFailed {
        code: failure.code.to_string(),
        message: failure.message.clone(),
        side: failure.side.to_string(),
    }
}

fn failure_from_wire(wire: wire::TaskFailed) -> Result<TaskFailure, DecodeError> {
    Ok(TaskFailure {
        code: convert::word("code", &wire.code)?,
        message: wire.message,
        side: convert::word("side", &wire.side)?,
    })
}
