//! `GET /v1/events`: server-sent events. They say what to look at again; the rows are the truth.

use std::time::Duration;

use actix_web::http::header::{CACHE_CONTROL, CONTENT_ENCODING, HeaderName, HeaderValue};
use actix_web::{HttpRequest, HttpResponse, web};
use bytes::Bytes;
use futures_util::stream::{self, Stream};
use throughline_coord::{LiveEvent, LiveItem, Subscription};
use tokio_util::sync::CancellationToken;

use crate::app::App;
use crate::caller::Caller;
use crate::openapi::Doc;
use crate::problem::Answer;

/// Proxies close what is silent for longer.
const HEARTBEAT: Duration = Duration::from_secs(15);
/// When a client should come back after the stream broke.
const HELLO: &str = "retry: 2000\n: connected\n\n";

pub(crate) fn doc() -> Doc {
    Doc::new(
        "Watch",
        "Server-sent events `run.started`, `run.phase`, `run.finished`, `system.changed`, `integration.changed`. Resumes after \
         `Last-Event-ID`. The event `gap` says that some may have been missed: read again what you show. While live updates \
         are not available, only heartbeats come.",
    )
    .other(200, "The events, for as long as you listen", "text/event-stream")
}

pub(crate) async fn handle(
    app: web::Data<App>,
    caller: Caller,
    request: HttpRequest,
) -> Answer<HttpResponse> {
    let last =
        request.headers().get("last-event-id").and_then(|id| id.to_str().ok()).filter(|id| id.len() <= 64);
    let subscription = app.live.subscribe(caller.tenant, last).await;
    let events = events(subscription, app.shutdown.clone());
    Ok(HttpResponse::Ok()
        .content_type("text/event-stream")
        .insert_header((CACHE_CONTROL, "no-store"))
        .insert_header((HeaderName::from_static("x-accel-buffering"), "no"))
        // Compression would hold small events back.
        .insert_header((CONTENT_ENCODING, HeaderValue::from_static("identity")))
        .streaming(events))
}

struct Watching {
    subscription: Subscription,
    shutdown: CancellationToken,
    greeted: bool,
}

fn events(
    subscription: Subscription,
    shutdown: CancellationToken,
) -> impl Stream<Item = Result<Bytes, actix_web::Error>> {
    let watching = Watching { subscription, shutdown, greeted: false };
    stream::unfold(watching, |mut watching| async move {
        let text = watching.next().await?;
        Some((Ok(Bytes::from(text)), watching))
    })
}

impl Watching {
    /// What to send next; `None` when the process ends.
    async fn next(&mut self) -> Option<String> {
        if !self.greeted {
            self.greeted = true;
            return Some(HELLO.to_owned());
        }
        let item = tokio::select! {
            () = self.shutdown.cancelled() => return None,
            item = self.subscription.next_within(HEARTBEAT) => item,
        };
        Some(match item {
            None => ": still here\n\n".to_owned(),
            Some(LiveItem::Gap) => "event: gap\ndata: {}\n\n".to_owned(),
            Some(LiveItem::Event(event)) => written(&event),
        })
    }
}

/// One event on the wire. Its data is compact JSON, so it has no line breaks.
fn written(event: &LiveEvent) -> String {
    let LiveEvent { id, kind, data } = event;
    format!("id: {id}\nevent: {kind}\ndata: {data}\n\n")
}
