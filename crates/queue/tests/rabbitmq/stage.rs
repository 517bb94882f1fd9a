//! A virtual host per test, and helpers.

use std::collections::BTreeSet;
use std::io::{Read, Write};
use std::net::{SocketAddr, ToSocketAddrs};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use base64::Engine;
use throughline_queue::{
    Broker, Consumer, ConsumerOptions, Delivery, Handler, Message, Publisher, Queue, QueueError, Topology,
    Verdict,
};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::proxy::Proxy;

/// A virtual host with the topology, reached directly and through a proxy. Deleted at the end.
pub(crate) struct Stage {
    pub(crate) proxy: Proxy,
    /// Straight to the server.
    pub(crate) broker: Broker,
    /// By way of the proxy.
    pub(crate) fragile: Broker,
    management: Management,
    vhost: String,
}

/// `None`, with a message, when no broker is given.
pub(crate) async fn stage() -> Option<Stage> {
    let stage = bare_stage().await?;
    Topology::throughline().declare(&stage.broker).await.unwrap();
    Some(stage)
}

/// Without a topology.
#[allow(clippy::disallowed_methods, reason = "where the servers are is given by the environment")]
pub(crate) async fn bare_stage() -> Option<Stage> {
    let (Ok(url), Ok(management)) = (std::env::var("TL_RABBITMQ_URL"), std::env::var("TL_RABBITMQ_MGMT"))
    else {
        eprintln!("skipped: TL_RABBITMQ_URL and TL_RABBITMQ_MGMT are not set");
        return None;
    };
    let (management, vhost) = (Management::at(&management), format!("test-{}", Uuid::new_v4().simple()));
    management.call("PUT", &format!("/api/vhosts/{vhost}"), "{}");
    let rights = r#"{"configure":".*","write":".*","read":".*"}"#;
    management.call("PUT", &format!("/api/permissions/{vhost}/{}", management.user), rights);
    let (credentials, host) = url.strip_prefix("amqp://").unwrap().split_once('@').unwrap();
    let server = host.split('/').next().unwrap();
    let proxy = Proxy::start(server.to_socket_addrs().unwrap().next().unwrap()).await;
    let broker =
        |server: &str| Broker::new(&format!("amqp://{credentials}@{server}/{vhost}"), "test").unwrap();
    let (direct, fragile) = (broker(server), broker(&proxy.address.to_string()));
    Some(Stage { proxy, broker: direct, fragile, management, vhost })
}

impl Drop for Stage {
    fn drop(&mut self) {
        self.management.call("DELETE", &format!("/api/vhosts/{}", self.vhost), "");
    }
}

impl Stage {
    pub(crate) async fn publish(&self, queue: Queue, bodies: impl IntoIterator<Item = String>) {
        let publisher = Publisher::new(&self.broker);
        for body in bodies {
            publisher.publish(queue, message(body)).await.unwrap();
        }
    }

    pub(crate) async fn depth(&self, queue: Queue) -> u32 {
        self.broker.depth(queue).await.unwrap().messages
    }

    /// Waits until `queue` holds `count` messages that nobody has in hand.
    pub(crate) async fn depth_becomes(&self, queue: Queue, count: u32) {
        eventually(&format!("{queue} holds {count}"), async || self.depth(queue).await == count).await;
    }

    /// Consumes `queue` with `handler` until the returned task is ended.
    pub(crate) fn consume(
        &self,
        broker: &Broker,
        queue: Queue,
        options: ConsumerOptions,
        handler: impl Handler,
    ) -> Running {
        let consumer = Consumer::new(broker, &Publisher::new(&self.broker), queue, options);
        let token = CancellationToken::new();
        Running::new(token.clone(), consumer.run(handler, token))
    }

    /// Takes `count` messages out of `queue`.
    pub(crate) async fn take(&self, queue: Queue, count: usize) -> Vec<Delivery> {
        self.take_until(queue, |taken| taken.len() >= count).await
    }

    /// Takes messages out of `queue` until they are enough.
    pub(crate) async fn take_until(
        &self,
        queue: Queue,
        enough: impl Fn(&[Delivery]) -> bool,
    ) -> Vec<Delivery> {
        let taken = Arc::new(Mutex::new(Vec::new()));
        let sink = Arc::clone(&taken);
        let collecting = Deciding(move |delivery| {
            sink.lock().unwrap().push(delivery);
            Verdict::Ack
        });
        let running = self.consume(&self.broker, queue, options(100), collecting);
        eventually(&format!("enough of {queue}"), async || enough(&taken.lock().unwrap())).await;
        running.end().await.unwrap();
        let taken = taken.lock().unwrap();
        taken.clone()
    }
}

/// A consumer at work.
pub(crate) struct Running {
    token: CancellationToken,
    task: JoinSet<Result<(), QueueError>>,
}

impl Running {
    pub(crate) fn new(
        token: CancellationToken,
        work: impl Future<Output = Result<(), QueueError>> + Send + 'static,
    ) -> Self {
        let mut task = JoinSet::new();
        task.spawn(work);
        Self { token, task }
    }

    /// Asks it to end, and waits until it has.
    pub(crate) async fn end(self) -> Result<(), QueueError> {
        self.token.cancel();
        self.ended().await
    }

    pub(crate) async fn ended(mut self) -> Result<(), QueueError> {
        self.task.join_next().await.unwrap().unwrap()
    }
}

/// A handler that decides at once.
pub(crate) struct Deciding<F>(pub(crate) F);

#[async_trait]
impl<F: Fn(Delivery) -> Verdict + Send + Sync + 'static> Handler for Deciding<F> {
    async fn handle(&self, delivery: Delivery) -> Verdict {
        (self.0)(delivery)
    }
}

/// A handler that never comes to an end; counts what it was given.
pub(crate) struct Hanging(pub(crate) Arc<Mutex<Vec<Delivery>>>);

#[async_trait]
impl Handler for Hanging {
    async fn handle(&self, delivery: Delivery) -> Verdict {
        self.0.lock().unwrap().push(delivery);
        std::future::pending().await
    }
}

pub(crate) fn options(concurrency: u16) -> ConsumerOptions {
    ConsumerOptions { concurrency, drain: Duration::from_secs(5), ..ConsumerOptions::default() }
}

pub(crate) fn message(body: impl Into<String>) -> Message {
    Message::new("test.Text", Uuid::new_v4(), body.into().into_bytes())
}

pub(crate) fn texts(deliveries: &[Delivery]) -> BTreeSet<String> {
    deliveries.iter().map(|delivery| String::from_utf8_lossy(&delivery.body).into_owned()).collect()
}

pub(crate) fn numbered(count: usize) -> impl Iterator<Item = String> {
    (0..count).map(|number| number.to_string())
}

/// Waits until `condition` holds.
pub(crate) async fn eventually(what: &str, condition: impl AsyncFn() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(20);
    while !condition().await {
        assert!(Instant::now() < deadline, "never: {what}");
        sleep(Duration::from_millis(20)).await;
    }
}

struct Management {
    address: SocketAddr,
    user: String,
    authorization: String,
}

impl Management {
    fn at(url: &str) -> Self {
        let (credentials, host) = url.strip_prefix("http://").unwrap().split_once('@').unwrap();
        let authorization = base64::engine::general_purpose::STANDARD.encode(credentials);
        let user = credentials.split(':').next().unwrap().to_owned();
        Self {
            address: host.trim_end_matches('/').to_socket_addrs().unwrap().next().unwrap(),
            user,
            authorization,
        }
    }

    fn call(&self, method: &str, path: &str, body: &str) {
        let mut stream = std::net::TcpStream::connect(self.address).unwrap();
        let (authorization, length) = (&self.authorization, body.len());
        let request = format!(
            "{method} {path} HTTP/1.1\r\nhost: x\r\nauthorization: Basic {authorization}\r\n\
             content-type: application/json\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}"
        );
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 2"), "{method} {path}: {answer}");
    }
}
