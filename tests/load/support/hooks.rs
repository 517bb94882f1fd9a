//! Webhooks: a 2 KiB event each, sent at a bounded concurrency and for a bounded count.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use reqwest::Client;
use serde_json::{Value, json};

/// What became of the webhooks that were sent.
#[derive(Debug, Clone, Default)]
pub struct Sent {
    /// Accepted with 202: the key of the event, its run, when it was sent, how long the answer took.
    pub accepted: HashMap<String, Accepted>,
    /// Refused or unanswered after all tries.
    pub refused: Vec<String>,
}

/// One accepted webhook.
#[derive(Debug, Clone)]
pub struct Accepted {
    /// The run that the gateway promised.
    pub run_id: String,
    /// When it was sent.
    pub at: Instant,
    /// From sending to the 202.
    pub took: Duration,
}

/// How to send.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    /// How many in all.
    pub count: usize,
    /// How many at a time.
    pub concurrency: usize,
    /// Events per second over all senders; `None`: as fast as they are answered.
    pub per_second: Option<f64>,
    /// Whether a sender tries again, as monitors do, when it is not answered with 202.
    pub persistent: bool,
}

/// Sends `pace.count` events with keys `{prefix}-0`, `{prefix}-1`, ….
pub async fn send(http: &Client, url: &str, prefix: &str, status: &str, pace: Pace) -> Sent {
    let (next, sent) = (Arc::new(AtomicUsize::new(0)), Arc::new(Mutex::new(Sent::default())));
    let began = Instant::now();
    let senders = (0..pace.concurrency).map(|_| {
        let (next, sent) = (Arc::clone(&next), Arc::clone(&sent));
        async move {
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                if number >= pace.count {
                    break;
                }
                if let Some(rate) = pace.per_second {
                    let due = began + Duration::from_secs_f64(number as f64 / rate);
                    tokio::time::sleep_until(due.into()).await;
                }
                let key = format!("{prefix}-{number}");
                let outcome = deliver(http, url, &event(&key, status), pace.persistent).await;
                let mut sent = sent.lock().unwrap_or_else(PoisonError::into_inner);
                match outcome {
                    Some(accepted) => drop(sent.accepted.insert(key, accepted)),
                    None => sent.refused.push(key),
                }
            }
        }
    });
    join_all(senders).await;
    Arc::try_unwrap(sent)
        .map(|sent| sent.into_inner().unwrap_or_else(PoisonError::into_inner))
        .unwrap_or_default()
}

async fn deliver(http: &Client, url: &str, event: &Value, persistent: bool) -> Option<Accepted> {
    let tries = if persistent { 120 } else { 1 };
    for _ in 0..tries {
        let at = Instant::now();
        if let Ok(answer) = http.post(url).json(event).timeout(Duration::from_secs(10)).send().await
            && answer.status() == 202
            && let Ok(body) = answer.json::<Value>().await
            && let Some(run_id) = body["run_id"].as_str()
        {
            return Some(Accepted { run_id: run_id.to_owned(), at, took: at.elapsed() });
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    None
}

/// An event of about 2 KiB.
pub fn event(key: &str, status: &str) -> Value {
    json!({
        "id": key, "title": "Disk low on db-01", "severity": "critical", "host": "db-01", "service": "postgres",
        "site": "sofia", "team": "storage", "summary": "4.2 % free on /var", "status": status,
        "runbook": "https://runbook.example.net/disk", "value": 4.2,
        "details": "The volume /var of db-01 fills up. ".repeat(48),
    })
}
