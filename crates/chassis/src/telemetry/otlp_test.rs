use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::sync::mpsc;

use opentelemetry::metrics::MeterProvider;
use opentelemetry::trace::{Tracer, TracerProvider};

use super::*;

/// Receives requests and answers 200; gives the first line of each and its body.
fn receiver() -> (SocketAddr, mpsc::Receiver<(String, Vec<u8>)>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let (seen, requests) = mpsc::channel();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let (mut request, mut chunk) = (Vec::new(), [0; 4096]);
            let (head, body) = loop {
                let read = stream.read(&mut chunk).unwrap();
                request.extend_from_slice(&chunk[..read]);
                if let Some(parts) = complete(&request) {
                    break parts;
                }
            };
            let first = head.lines().next().unwrap_or_default().to_owned();
            stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n").unwrap();
            let _ = seen.send((first, body));
        }
    });
    (address, requests)
}

fn complete(request: &[u8]) -> Option<(String, Vec<u8>)> {
    let end = request.windows(4).position(|window| window == b"\r\n\r\n")?;
    let head = String::from_utf8_lossy(&request[..end]).to_lowercase();
    let length: usize = head.lines().find_map(|line| line.strip_prefix("content-length: "))?.parse().ok()?;
    let body = &request[end + 4..];
    (body.len() >= length).then(|| (head, body.to_vec()))
}

fn contains(body: &[u8], text: &str) -> bool {
    body.windows(text.len()).any(|window| window == text.as_bytes())
}

/// In an async runtime, as in a process: the exporter's thread must not need one.
#[tokio::test]
async fn spans_and_metrics_reach_the_receiver_at_shutdown() {
    let (address, requests) = receiver();
    let endpoint = format!("http://{address}/");
    let spans = traces(Service::Sink, &endpoint).unwrap();
    spans.tracer("test").in_span("pack-a-batch", |_| {});
    spans.shutdown().unwrap();
    let (line, body) = requests.recv_timeout(TIMEOUT).unwrap();
    assert!(line.starts_with("post /v1/traces"), "{line}");
    assert!(contains(&body, "pack-a-batch") && contains(&body, "throughline-sink"));

    let meters = metrics(Service::Sink, &endpoint, Duration::from_secs(60)).unwrap();
    crate::metrics::Metrics::new(&meters.meter("test")).runs.add(1, &[]);
    meters.shutdown().unwrap();
    let (line, body) = requests.recv_timeout(TIMEOUT).unwrap();
    assert!(line.starts_with("post /v1/metrics"), "{line}");
    assert!(contains(&body, "throughline.runs"));
}
