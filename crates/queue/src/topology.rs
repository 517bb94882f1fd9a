//! The topology as data: what exists in the broker, and nothing else does.

use std::fmt::Write;

use lapin::Channel;
use lapin::options::{ExchangeDeclareOptions, QueueBindOptions, QueueDeclareOptions};
use lapin::types::{AMQPValue, FieldTable};

use crate::broker::Broker;
use crate::error::QueueError;
use crate::link::bounded;

/// The exchange that everything is published to.
pub(crate) const WORK: &str = "throughline";
/// The exchange of dead letters.
pub(crate) const DEAD: &str = "throughline.dead";
/// The exchange of parked messages.
pub(crate) const PARKED: &str = "throughline.parked";

/// How often a message may come back before it is a dead letter: the broker counts lost consumers, and
/// [`crate::Consumer`] counts panics.
pub(crate) const DELIVERY_LIMIT: u32 = 5;
/// For queues whose messages may be looked at any number of times. Brokers before 4.0 know no word for "unlimited".
const NO_LIMIT: u32 = 1_000_000;

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
        let exchange = |name, kind, about| Exchange { name, kind, about };
        let work = |queue, about| QueueSpec {
            queue,
            delivery_limit: DELIVERY_LIMIT,
            dead_letters_to: Some(DEAD),
            about,
        };
        let key = |queue: Queue| Binding { exchange: WORK, key: queue.as_str(), queue };
        Self {
            exchanges: vec![
                exchange(WORK, ExchangeKind::Direct, "work, by the name of its queue"),
                exchange(DEAD, ExchangeKind::Fanout, "messages that were delivered too often"),
                exchange(PARKED, ExchangeKind::Fanout, "messages that nobody can handle"),
            ],
            queues: vec![
                work(Queue::Triggers, "gateway and workers → scheduler: reasons to run"),
                work(Queue::RunsBulk, "scheduler → workers: runs by poll, webhook and retry"),
                work(Queue::RunsInteractive, "scheduler → workers: runs that a person waits for"),
                work(Queue::Captures, "workers → sink: what happened in a run"),
                QueueSpec {
                    dead_letters_to: None,
                    ..work(Queue::Tasks, "gateway → workers: questions, answered to their sender")
                },
                QueueSpec {
                    dead_letters_to: Some(PARKED),
                    ..work(Queue::Dead, "broker → scheduler: messages that were delivered too often")
                },
                QueueSpec {
                    delivery_limit: NO_LIMIT,
                    dead_letters_to: None,
                    ..work(Queue::Parked, "anybody → a person: messages that nobody can handle, intact")
                },
            ],
            bindings: vec![
                key(Queue::Triggers),
                key(Queue::RunsBulk),
                key(Queue::RunsInteractive),
                key(Queue::Captures),
                key(Queue::Tasks),
                Binding { exchange: DEAD, key: "", queue: Queue::Dead },
                Binding { exchange: PARKED, key: "", queue: Queue::Parked },
            ],
        }
    }

    /// The exchange for messages of `queue` that came back too often.
    pub(crate) fn dead_letters_of(queue: Queue) -> Option<&'static str> {
        Self::throughline().queues.iter().find(|spec| spec.queue == queue)?.dead_letters_to
    }

    /// Declares everything; what is there already stays as it is. Fails when something is there with other properties.
    pub async fn declare(&self, broker: &Broker) -> Result<(), QueueError> {
        let channel = broker.publish_link().errands().await?;
        for exchange in &self.exchanges {
            bounded(exchange.declare(broker, &channel)).await?;
        }
        for queue in &self.queues {
            bounded(queue.declare(broker, &channel)).await?;
        }
        for binding in &self.bindings {
            bounded(binding.declare(broker, &channel)).await?;
        }
        Ok(())
    }

    /// A description for people, as Markdown tables.
    pub fn describe(&self) -> String {
        let mut out = "| exchange | kind | carries |\n| --- | --- | --- |\n".to_owned();
        for Exchange { name, kind, about } in &self.exchanges {
            let kind = match kind {
                ExchangeKind::Direct => "direct",
                ExchangeKind::Fanout => "fan-out",
            };
            let _ = writeln!(out, "| `{name}` | {kind} | {about} |");
        }
        out.push_str(
            "\n| queue | bound to | delivery limit | then to | carries |\n| --- | --- | --- | --- | --- |\n",
        );
        for spec in &self.queues {
            let bound = self.bindings.iter().filter(|binding| binding.queue == spec.queue);
            let bound = bound.map(|binding| format!("`{}`", binding.exchange)).collect::<Vec<_>>().join(", ");
            let limit = if spec.delivery_limit == NO_LIMIT {
                "none".to_owned()
            } else {
                spec.delivery_limit.to_string()
            };
            let then = spec.dead_letters_to.map_or_else(|| "nowhere".to_owned(), |name| format!("`{name}`"));
            let _ = writeln!(out, "| `{}` | {bound} | {limit} | {then} | {} |", spec.queue, spec.about);
        }
        out
    }
}

impl Exchange {
    async fn declare(&self, broker: &Broker, channel: &Channel) -> Result<(), QueueError> {
        let kind = match self.kind {
            ExchangeKind::Direct => lapin::ExchangeKind::Direct,
            ExchangeKind::Fanout => lapin::ExchangeKind::Fanout,
        };
        let durable = ExchangeDeclareOptions { durable: true, ..ExchangeDeclareOptions::default() };
        Ok(channel.exchange_declare(broker.name_of(self.name), kind, durable, FieldTable::default()).await?)
    }
}

impl QueueSpec {
    async fn declare(&self, broker: &Broker, channel: &Channel) -> Result<(), QueueError> {
        let name = broker.name_of(self.queue.as_str());
        channel.queue_declare(name, QueueDeclareOptions::durable(), self.arguments(broker)).await?;
        Ok(())
    }

    /// Dead-lettering loses nothing only with the at-least-once strategy, which wants `reject-publish`.
    fn arguments(&self, broker: &Broker) -> FieldTable {
        let mut arguments = FieldTable::default();
        let mut text = |name: &str, value: &str| {
            arguments.insert(name.into(), AMQPValue::LongString(value.into()));
        };
        text("x-queue-type", "quorum");
        text("x-overflow", "reject-publish");
        if let Some(exchange) = self.dead_letters_to {
            text("x-dead-letter-exchange", broker.name_of(exchange).as_str());
            text("x-dead-letter-strategy", "at-least-once");
        }
        let limit = AMQPValue::LongLongInt(i64::from(self.delivery_limit));
        arguments.insert("x-delivery-limit".into(), limit);
        arguments
    }
}

impl Binding {
    async fn declare(&self, broker: &Broker, channel: &Channel) -> Result<(), QueueError> {
        let (queue, exchange) = (broker.name_of(self.queue.as_str()), broker.name_of(self.exchange));
        let options = QueueBindOptions::default();
        Ok(channel.queue_bind(queue, exchange, self.key.into(), options, FieldTable::default()).await?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_queue_is_declared_and_bound_once() {
        let topology = Topology::throughline();
        for queue in Queue::ALL {
            assert_eq!(topology.queues.iter().filter(|spec| spec.queue == queue).count(), 1, "{queue}");
            assert_eq!(
                topology.bindings.iter().filter(|binding| binding.queue == queue).count(),
                1,
                "{queue}"
            );
        }
    }

    #[test]
    fn names_are_exchanges_that_exist() {
        let topology = Topology::throughline();
        let exists = |name| topology.exchanges.iter().any(|exchange| exchange.name == name);
        assert!(topology.bindings.iter().all(|binding| exists(binding.exchange)));
        assert!(topology.queues.iter().filter_map(|spec| spec.dead_letters_to).all(exists));
    }

    #[test]
    fn the_description_names_every_queue() {
        let text = Topology::throughline().describe();
        assert!(Queue::ALL.iter().all(|queue| text.contains(&format!("| `{queue}` |"))), "{text}");
    }
}
