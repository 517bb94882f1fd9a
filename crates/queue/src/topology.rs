//! The topology as data: what exists in the broker, and nothing else does.

use crate::broker::Broker;
use crate::error::QueueError;

/// The queues of Throughline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Queue {
    /// Triggers for the scheduler.
    Triggers,
    /// Run requests for workers: polls, webhooks, retries.
    RunsBulk,
    /// Run requests that a person waits for.
    RunsInteractive,
    /// Captures for the sink.
    Captures,
    /// Questions to workers, which are answered at once (connection test, schema reload).
    Tasks,
    /// Messages that were delivered too often; the scheduler settles their runs.
    Dead,
    /// Messages that nobody could decode, kept as raw bytes for a person.
    Parked,
}

impl Queue {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Triggers,
        Self::RunsBulk,
        Self::RunsInteractive,
        Self::Captures,
        Self::Tasks,
        Self::Dead,
        Self::Parked,
    ];

    /// The name in the broker (before a prefix), and the routing key.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Triggers => "triggers",
            Self::RunsBulk => "runs.bulk",
            Self::RunsInteractive => "runs.interactive",
            Self::Captures => "captures",
            Self::Tasks => "tasks",
            Self::Dead => "dead",
            Self::Parked => "parked",
        }
    }
}

impl std::fmt::Display for Queue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

/// How an exchange routes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExchangeKind {
    /// By exact routing key.
    Direct,
    /// To every bound queue.
    Fanout,
}

/// A durable exchange.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Exchange {
    /// Its name, before a prefix.
    pub name: &'static str,
    /// How it routes.
    pub kind: ExchangeKind,
    /// What it is for.
    pub about: &'static str,
}

/// A durable quorum queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QueueSpec {
    /// Which one.
    pub queue: Queue,
    /// After so many deliveries that came back, the message leaves the queue.
    pub delivery_limit: u32,
    /// The exchange that takes what leaves by the limit; `None`: it is dropped.
    pub dead_letters_to: Option<&'static str>,
    /// Who publishes, who consumes, and what.
    pub about: &'static str,
}

/// A binding of a queue to an exchange.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Binding {
    /// The exchange.
    pub exchange: &'static str,
    /// The routing key; empty for a fan-out.
    pub key: &'static str,
    /// The queue.
    pub queue: Queue,
}

/// Exchanges, queues and bindings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Topology {
    /// The exchanges.
    pub exchanges: Vec<Exchange>,
    /// The queues.
    pub queues: Vec<QueueSpec>,
    /// The bindings.
    pub bindings: Vec<Binding>,
}

impl Topology {
    /// The topology of Throughline.
    pub fn throughline() -> Self {
        todo!()
    }

    /// Declares everything; what is there already stays as it is. Fails when something is there with other properties.
    pub async fn declare(&self, broker: &Broker) -> Result<(), QueueError> {
        let _ = broker;
        todo!()
    }

    /// A description for people, as Markdown tables.
    pub fn describe(&self) -> String {
        todo!()
    }
}
