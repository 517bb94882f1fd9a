//! Questions to workers, who alone can reach the systems of tenants.

use std::time::Duration;

use throughline_contract::{Message as _, Task, TaskReply, TaskRequest};
use throughline_domain::TenantId;
use throughline_queue::Message;
use uuid::Uuid;

use crate::app::App;
use crate::problem::{Answer, Problem};

/// How long somebody waits for an answer.
const PATIENCE: Duration = Duration::from_secs(40);

/// Asks whichever worker is free.
pub(crate) async fn worker(app: &App, tenant: TenantId, task: Task) -> Answer<TaskReply> {
    let deadline = app.clock.now() + PATIENCE;
    let question = TaskRequest { tenant, deadline, task };
    let message = Message::new(TaskRequest::NAME, Uuid::now_v7(), question.encode());
    let reply = app.requester.call(message, PATIENCE).await?;
    TaskReply::decode(&reply).map_err(Problem::internal)
}

/// A worker answered something that was not asked.
pub(crate) fn wrong_reply(what: &'static str) -> Problem {
    Problem::internal(anyhow::anyhow!("a worker answered {what}"))
}
