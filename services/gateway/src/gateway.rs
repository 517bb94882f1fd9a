//! The gateway as a value: built from a configuration, then run until it is asked to end.

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use actix_web::middleware::{Compress, from_fn};
use actix_web::{App as Application, HttpServer, web};
use anyhow::Context as _;
use throughline_chassis::config::Config;
use throughline_chassis::process::Process;
use throughline_chassis::task::{Pace, Supervisor};
use throughline_connectors::Catalogue;
use throughline_coord::{Accepted, Cancels, Coord, Live};
use throughline_domain::SystemClock;
use throughline_queue::{Broker, Publisher, PublisherOptions, Requester};
use throughline_store::{Store, StoreOptions};

use crate::app::App;
use crate::auth::access_token::AccessTokens;
use crate::auth::api_token::ApiTokens;
use crate::auth::throttle::LoginThrottle;
use crate::edge::{headers, problems, trace};
use crate::hooks::{Acceptance, Directory};
use crate::keys::TenantKeys;
use crate::payloads::Payloads;
use crate::relay::Relay;
use crate::serve::configure;

/// How many events of a tenant are kept for watchers who come back.
const KEPT_EVENTS: usize = 1000;

type Task = std::pin::Pin<Box<dyn Future<Output = ()> + Send>>;

/// The gateway, bound to its address.
pub struct Gateway {
    app: web::Data<App>,
    listener: TcpListener,
    broker: Broker,
    live_task: Task,
}

impl std::fmt::Debug for Gateway {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Gateway({:?})", self.listener.local_addr())
    }
}

impl Gateway {
    /// Binds the address. Connects to nothing yet, so it starts while servers are away.
    ///
    /// # Errors
    /// When the address is taken, or a setting cannot be used.
    pub fn build(process: &Process) -> anyhow::Result<Self> {
        let config = &process.config;
        let listener =
            TcpListener::bind(config.gateway.listen).context("[gateway] listen cannot be bound")?;
        let broker = Broker::new(config.rabbitmq.url.expose(), process.service.full_name())?;
        let coord = Coord::new(config.redis.url.expose(), config.redis.timeout)?;
        let live = Live::new(&coord, KEPT_EVENTS);
        let (announce, live_task) = live.publisher(process.shutdown.token());
        let app = App {
            store: store(config)?,
            keys: TenantKeys::new(&config.vault)?,
            payloads: Payloads::new(&config.s3)?,
            publisher: Publisher::with_options(&broker, options(config)),
            acceptance: Acceptance::new(&broker),
            requester: Requester::new(&broker),
            live,
            announce,
            accepted: Accepted::new(&coord),
            cancels: Cancels::new(&coord),
            catalogue: Catalogue::builtin()?,
            hooks: Directory::new(),
            access_tokens: access_tokens(config)?,
            api_tokens: ApiTokens::new(),
            login_throttle: LoginThrottle::new(&coord),
            clock: Arc::new(SystemClock),
            health: process.health.clone(),
            metrics: process.metrics.clone(),
            shutdown: process.shutdown.token(),
            config: config.gateway.clone(),
            run_timeout: config.scheduler.run_timeout,
        };
        Ok(Self { app: web::Data::new(app), listener, broker, live_task: Box::pin(live_task) })
    }

    /// The address that it listens on.
    ///
    /// # Errors
    /// When the socket is gone.
    pub fn addr(&self) -> std::io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Serves until shutdown, then finishes the requests that it has.
    ///
    /// # Errors
    /// When the server fails.
    pub async fn run(self, process: &Process) -> anyhow::Result<()> {
        let mut supervisor = process.supervisor();
        let relay = Relay { store: self.app.store.clone(), publisher: Arc::new(self.app.publisher.clone()) };
        // A database that is away makes nobody send webhooks elsewhere: they are still taken.
        supervisor.spawn(relay, Pace { unhealthy_after: u32::MAX, ..Pace::every(Duration::from_secs(1)) });
        keep_once(&mut supervisor, "live-updates", self.live_task);
        process.announce(self.listener.local_addr()?)?;
        let drain = process.shutdown.bound().as_secs();
        let server = serve(self.app.clone(), self.listener, drain)?;
        let handle = server.handle();
        tokio::pin!(server);
        let stop = async {
            process.shutdown.asked().await;
            handle.stop(true).await;
        };
        tokio::select! {
            ended = &mut server => ended.context("the HTTP server failed")?,
            () = stop => {}
        }
        process.shutdown.ask();
        supervisor.finish().await;
        self.broker.close().await;
        self.app.store.close().await;
        Ok(())
    }
}

fn serve(app: web::Data<App>, listener: TcpListener, drain: u64) -> anyhow::Result<actix_web::dev::Server> {
    let application = move || {
        Application::new()
            .app_data(app.clone())
            // From the inside out.
            .wrap(from_fn(problems::explain))
            .wrap(from_fn(trace::follow))
            .wrap(from_fn(headers::secure))
            .wrap(Compress::default())
            .configure(configure)
    };
    let server = HttpServer::new(application)
        .client_request_timeout(Duration::from_secs(15))
        .keep_alive(Duration::from_secs(75))
        // An answer of several segments must not wait for the client's delayed acknowledgement: 40 ms.
        .tcp_nodelay(true)
        .shutdown_timeout(drain)
        .disable_signals()
        .listen(listener)
        .context("[gateway] listen cannot be served")?;
    Ok(server.run())
}

/// Keeps a task that can be started only once.
fn keep_once(supervisor: &mut Supervisor, name: &'static str, task: Task) {
    let mut task = Some(task);
    supervisor.keep(name, move |shutdown| {
        let task = task.take();
        async move {
            match task {
                Some(task) => task.await,
                None => shutdown.cancelled().await,
            }
            Ok(())
        }
    });
}

fn store(config: &Config) -> anyhow::Result<Store> {
    let url = config.postgres.gateway_url.as_ref().context("[postgres] gateway_url is not set")?;
    let options = StoreOptions {
        max_connections: config.postgres.max_connections,
        acquire_timeout: config.postgres.acquire_timeout,
        statement_timeout: config.postgres.statement_timeout,
    };
    Ok(Store::with_options(url.expose(), options)?)
}

fn options(config: &Config) -> PublisherOptions {
    PublisherOptions { confirm_within: config.rabbitmq.publish_timeout, ..PublisherOptions::default() }
}

fn access_tokens(config: &Config) -> anyhow::Result<AccessTokens> {
    let pem = config.gateway.jwt_private_key.as_ref().map(|key| key.expose());
    AccessTokens::new(pem, config.gateway.access_token_seconds)
}
