//! `parked list`, `parked replay` and `parked discard`

use std::fmt::Write as _;

use anyhow::ensure;
use chrono::DateTime;
use serde_json::{Value, json};
use throughline_queue::{Parked, ParkedMessage, Publisher};

use crate::{Context, Report};

pub(super) async fn list(context: &Context, limit: usize) -> anyhow::Result<Report> {
    let messages = parked(context)?.list(limit).await?;
    let mut text = match messages.len() {
        0 => "Nothing is parked.\n".to_owned(),
        1 => "One message is parked.\n".to_owned(),
        count => format!("{count} messages are parked.\n"),
    };
    for message in &messages {
        let _ = writeln!(
            text,
            "  {}  {}  {}  {} bytes",
            message.id,
            at(message),
            message.origin,
            message.body.len()
        );
        let _ = writeln!(text, "      {}: {}", message.message_type, message.reason);
    }
    Ok(Report::new(text, json!({ "items": messages.iter().map(shown).collect::<Vec<_>>() })))
}

pub(super) async fn replay(context: &Context, id: &str) -> anyhow::Result<Report> {
    ensure!(parked(context)?.replay(id).await?, "no parked message has the id `{id}`");
    Ok(Report::new(format!("{id} was sent back to the queue that it was in."), json!({ "replayed": id })))
}

pub(super) async fn discard(context: &Context, id: &str) -> anyhow::Result<Report> {
    ensure!(parked(context)?.discard(id).await?, "no parked message has the id `{id}`");
    Ok(Report::new(format!("{id} was thrown away."), json!({ "discarded": id })))
}

fn parked(context: &Context) -> anyhow::Result<Parked> {
    let broker = context.broker()?;
    Ok(Parked::new(&broker, &Publisher::new(&broker)))
}

fn at(message: &ParkedMessage) -> String {
    let millis = i64::try_from(message.parked_at_ms).unwrap_or(i64::MAX);
    DateTime::from_timestamp_millis(millis).unwrap_or_default().to_rfc3339()
}

/// The body stays out: it may hold a tenant's data.
fn shown(message: &ParkedMessage) -> Value {
    json!({
        "id": message.id, "origin": message.origin, "reason": message.reason, "message_type": message.message_type,
        "parked_at": at(message), "bytes": message.body.len(),
    })
}
