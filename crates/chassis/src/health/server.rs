//! A small HTTP server for services that have none of their own.

use std::convert::Infallible;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::header::CONTENT_TYPE;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::Health;

/// The longest that a caller may take to send its request line and headers.
const PATIENCE: Duration = Duration::from_secs(5);

/// Serves the health paths until `shutdown`; for services without an HTTP server of their own.
pub async fn serve(
    listener: TcpListener,
    health: Health,
    shutdown: CancellationToken,
) -> std::io::Result<()> {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            () = shutdown.cancelled() => return Ok(()),
            Some(_) = connections.join_next() => {}
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => { connections.spawn(converse(stream, health.clone())); }
                Err(error) => {
                    tracing::warn!(%error, "a health connection could not be accepted");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
            },
        }
    }
}

async fn converse(stream: TcpStream, health: Health) {
    let answer = service_fn(move |request: Request<Incoming>| {
        let response = respond(&health, &request);
        async move { Ok::<_, Infallible>(response) }
    });
    let mut http = hyper::server::conn::http1::Builder::new();
    let connection = http
        .timer(TokioTimer::new())
        .header_read_timeout(PATIENCE)
        .serve_connection(TokioIo::new(stream), answer);
    if let Err(error) = connection.await {
        tracing::debug!(%error, "a health connection ended early");
    }
}

fn respond(health: &Health, request: &Request<Incoming>) -> Response<Full<Bytes>> {
    let readable = matches!(*request.method(), Method::GET | Method::HEAD);
    let answer = readable.then(|| health.answer(request.uri().path())).flatten();
    let (status, body) = match answer {
        Some(answer) => (answer.status, answer.body.to_string()),
        None if readable => (404, r#"{"status":"unknown_path"}"#.to_owned()),
        None => (405, r#"{"status":"method_not_allowed"}"#.to_owned()),
    };
    let mut response = Response::new(Full::from(body));
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    response.headers_mut().insert(CONTENT_TYPE, hyper::header::HeaderValue::from_static("application/json"));
    response
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;
    use crate::Service;

    async fn get(address: std::net::SocketAddr, path: &str) -> String {
        let mut stream = TcpStream::connect(address).await.unwrap();
        let request = format!("GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        answer
    }

    #[tokio::test]
    async fn answers_over_http_and_ends_at_shutdown() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (health, shutdown) = (Health::new(Service::Worker), CancellationToken::new());
        let mut server = JoinSet::new();
        server.spawn(serve(listener, health.clone(), shutdown.clone()));
        assert!(get(address, "/version").await.contains("throughline-worker"));
        assert!(get(address, "/readyz").await.starts_with("HTTP/1.1 200"));
        health.draining();
        assert!(get(address, "/readyz").await.starts_with("HTTP/1.1 503"));
        assert!(get(address, "/nothing").await.starts_with("HTTP/1.1 404"));
        shutdown.cancel();
        server.join_next().await.unwrap().unwrap().unwrap();
    }
}
