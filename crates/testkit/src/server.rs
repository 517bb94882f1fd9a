//! An HTTP server on a port of its own, which can be closed and opened again while the process lives.
//!
//! A refused connection is a fault that partners and S3 must be able to show, so the accept loop is ours: closing the
//! port drops the listener and cuts every open connection; opening it binds the same address again.

use std::{error::Error, io, net::SocketAddr, sync::Arc, time::Duration};

use axum::{Router, body::Body, response::Response};
use bytes::Bytes;
use futures_util::future::BoxFuture;
use hyper::{
    Request,
    body::Incoming,
    service::{Service, service_fn},
};
use hyper_util::{
    rt::{TokioExecutor, TokioIo},
    server::conn::auto::Builder,
    service::TowerToHyperService,
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::watch,
    task::{JoinHandle, JoinSet},
    time::sleep,
};

type BoxError = Box<dyn Error + Send + Sync>;
type Handler = Arc<dyn Fn(Request<Incoming>) -> BoxFuture<'static, io::Result<Response>> + Send + Sync>;

/// A response with this extension is never sent: the connection is closed instead.
#[derive(Debug, Clone, Copy)]
pub struct HangUp;

/// A running server. Dropping it closes the port.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    open: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl Server {
    /// Serves `service` at `address`; port 0 takes a free one.
    ///
    /// # Errors
    /// When the address cannot be bound.
    pub async fn start<S, B>(address: SocketAddr, service: S) -> io::Result<Self>
    where
        S: Service<Request<Incoming>, Response = hyper::Response<B>> + Send + Sync + 'static,
        S::Future: Send + 'static,
        S::Error: Into<BoxError>,
        B: hyper::body::Body<Data = Bytes> + Send + 'static,
        B::Error: Into<BoxError>,
    {
        let listener = TcpListener::bind(address).await?;
        let address = listener.local_addr()?;
        let (open, watched) = watch::channel(true);
        let handler: Handler = Arc::new(move |request| {
            let answer = service.call(request);
            Box::pin(async move { Ok(answer.await.map_err(io::Error::other)?.map(Body::new)) })
        });
        let task = tokio::spawn(run(listener, address, handler, watched));
        Ok(Self { address, open, task })
    }

    /// Serves an axum router, whose responses may ask to [`HangUp`].
    ///
    /// # Errors
    /// When the address cannot be bound.
    pub async fn start_router(address: SocketAddr, router: Router) -> io::Result<Self> {
        Self::start(address, service_fn(move |request| answer(router.clone(), request))).await
    }

    /// The address that is listened on.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The switch of the port: `false` closes it, `true` opens it again.
    #[must_use]
    pub fn gate(&self) -> watch::Sender<bool> {
        self.open.clone()
    }

    /// Waits until the server ends, which it does only when it is aborted.
    pub async fn ended(mut self) {
        let _ = (&mut self.task).await;
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn answer(router: Router, request: Request<Incoming>) -> io::Result<Response> {
    let Ok(response) = TowerToHyperService::new(router).call(request).await;
    match response.extensions().get::<HangUp>() {
        Some(HangUp) => Err(io::Error::other("the connection is closed on purpose")),
        None => Ok(response),
    }
}

async fn run(
    mut listener: TcpListener,
    address: SocketAddr,
    handler: Handler,
    mut open: watch::Receiver<bool>,
) {
    loop {
        accept_while_open(listener, &handler, &mut open).await;
        if open.wait_for(|open| *open).await.is_err() {
            return;
        }
        listener = rebind(address).await;
    }
}

/// Returns when the port is to be closed; the listener and all connections end with this call.
async fn accept_while_open(listener: TcpListener, handler: &Handler, open: &mut watch::Receiver<bool>) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => if let Ok((stream, _)) = accepted {
                connections.spawn(serve_connection(stream, Arc::clone(handler)));
            },
            Some(_) = connections.join_next() => {}
            _ = open.wait_for(|open| !*open) => return,
        }
    }
}

async fn serve_connection(stream: TcpStream, handler: Handler) {
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |request| handler(request));
    // A connection that breaks is the client's to report.
    let _ = Builder::new(TokioExecutor::new()).serve_connection(TokioIo::new(stream), service).await;
}

async fn rebind(address: SocketAddr) -> TcpListener {
    loop {
        match TcpListener::bind(address).await {
            Ok(listener) => return listener,
            Err(_) => sleep(Duration::from_millis(50)).await,
        }
    }
}
