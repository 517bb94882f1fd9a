//! Where the time of a request went: name resolution and connecting happen deep inside the client, in the same task.

use std::cell::Cell;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

tokio::task_local! {
    static STOPWATCH: Stopwatch;
}

/// The times of the request that this task is sending.
#[derive(Default)]
pub(crate) struct Stopwatch {
    dns: Cell<Option<Duration>>,
    connect: Cell<Option<Duration>>,
}

/// What a stopwatch saw.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Laps {
    pub(crate) dns: Option<Duration>,
    pub(crate) connect: Option<Duration>,
}

/// Runs the future with a stopwatch of its own.
pub(crate) async fn timed<T>(future: impl Future<Output = T>) -> (T, Laps) {
    let work = async {
        let output = future.await;
        let laps = STOPWATCH.with(|watch| Laps { dns: watch.dns.get(), connect: watch.connect.get() });
        (output, laps)
    };
    STOPWATCH.scope(Stopwatch::default(), work).await
}

/// Notes how long a name took to resolve.
pub(crate) fn note_dns(took: Duration) {
    let _ = STOPWATCH.try_with(|watch| watch.dns.set(Some(took)));
}

/// TCP and TLS: the connector's time without that of the resolver inside it.
fn note_connect(took: Duration) {
    let _ = STOPWATCH.try_with(|watch| {
        watch.connect.set(Some(took.saturating_sub(watch.dns.get().unwrap_or_default())));
    });
}

/// Times the client's connector.
#[derive(Clone, Copy)]
pub(crate) struct TimingLayer;

/// A connector that tells how long it took.
#[derive(Clone)]
pub(crate) struct Timing<S>(S);

impl<S> tower_layer::Layer<S> for TimingLayer {
    type Service = Timing<S>;

    fn layer(&self, inner: S) -> Timing<S> {
        Timing(inner)
    }
}

impl<S, R> tower_service::Service<R> for Timing<S>
where
    S: tower_service::Service<R>,
    S::Future: Send + 'static,
    S::Response: 'static,
    S::Error: 'static,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<S::Response, S::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.0.poll_ready(context)
    }

    fn call(&mut self, target: R) -> Self::Future {
        let connecting = self.0.call(target);
        Box::pin(async move {
            let start = Instant::now();
            let connected = connecting.await;
            note_connect(start.elapsed());
            connected
        })
    }
}
