//! `topology declare` and `topology describe`

use serde_json::json;
use throughline_queue::{Queue, Topology};

use crate::{Context, Report};

pub(super) async fn declare(context: &Context) -> anyhow::Result<Report> {
    let (broker, topology) = (context.broker()?, Topology::throughline());
    topology.declare(&broker).await?;
    broker.close().await;
    let queues: Vec<_> = Queue::ALL.iter().map(Queue::to_string).collect();
    let text = format!("The broker has the queues {}.", queues.join(", "));
    Ok(Report::new(text, json!({ "queues": queues })))
}

pub(super) fn describe() -> Report {
    let text = Topology::throughline().describe();
    Report::new(text.clone(), json!({ "markdown": text }))
}
