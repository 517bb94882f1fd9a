//! What a run shows of itself: the seven phase documents, masked and bounded.

mod documents;
mod entries;
mod keep;
mod phases;
mod reduced;
mod story;
mod timeline;
mod unprepared;

use serde_json::Value;

pub(crate) use keep::Keep;
pub(crate) use reduced::reduced;
pub(crate) use story::Story;
pub(crate) use unprepared::unprepared;

use throughline_contract::{RunHeader, RunRequest};

/// About how many bytes a value takes as JSON.
pub(crate) fn weight(value: &Value) -> usize {
    match value {
        Value::Null | Value::Bool(_) | Value::Number(_) => 8,
        Value::String(text) => text.len() + 2,
        Value::Array(items) => 2 + items.iter().map(|item| weight(item) + 1).sum::<usize>(),
        Value::Object(members) => {
            2 + members.iter().map(|(name, member)| name.len() + 4 + weight(member)).sum::<usize>()
        }
    }
}

/// What identifies the run of a request.
pub(crate) fn header(request: &RunRequest) -> RunHeader {
    RunHeader {
        run: request.run,
        tenant: request.tenant,
        integration: request.integration,
        action: request.action.clone(),
        revision: Some(request.revision),
        trigger: request.trigger,
        attempt: request.attempt,
        queued_at: request.queued_at,
        caused_by: request.caused_by,
        retention: request.retention,
    }
}
