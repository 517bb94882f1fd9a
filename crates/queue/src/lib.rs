//! RabbitMQ: topology as data, confirmed publish, bounded consume, parking, request and reply.
//!
//! **Confirm or commit before ack.** [`Publisher::publish`] returns only when the broker holds the message; a
//! [`Consumer`] acknowledges only when its handler says that what the message caused is durable. Delivery is at least
//! once: handlers are idempotent.
//!
//! Every link reconnects by itself. What was in the hands of a process that dies, or of a connection that breaks, is
//! delivered again; what was published and not yet confirmed is published again. Works on RabbitMQ 3.10 and 4.
//!
//! | wish | use |
//! | --- | --- |
//! | declare queues | [`Topology::throughline`], [`Topology::declare`] |
//! | send | [`Publisher`] |
//! | receive one by one | [`Consumer`], [`Handler`] |
//! | receive in batches | [`BatchConsumer`], [`BatchHandler`] |
//! | ask and wait for the answer | [`Requester`], [`Responder`] |
//! | look at parked messages, send them back | [`Parked`] |
//! | know how many wait | [`Broker::depth`] |

mod backoff;
mod batch;
mod broker;
mod consumer;
mod delivery;
mod envelope;
mod error;
mod link;
mod message;
mod parked;
mod publisher;
mod receipt;
mod request;
mod subscription;
mod topology;

pub use batch::{BatchConsumer, BatchHandler, BatchOptions, BatchVerdict};
pub use broker::{Broker, Depth};
pub use consumer::{Consumer, ConsumerOptions, Handler, Verdict};
pub use delivery::Delivery;
pub use error::{CallError, PublishError, QueueError};
pub use message::Message;
pub use parked::{Parked, ParkedMessage, ReplayError};
pub use publisher::{Publisher, PublisherOptions};
pub use request::{Answer, Requester, Responder};
pub use topology::{Binding, Exchange, ExchangeKind, Queue, QueueSpec, Topology};
