//! Sending one request: redirects, bounds, record.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use bytes::{Bytes, BytesMut};
use reqwest::header::{HeaderMap, HeaderName, HeaderValue, LOCATION};
use throughline_domain::{Clock, SystemClock};
use url::Url;

use super::Egress;
use super::body;
use super::resolver::check_literal;
use super::stopwatch::{Laps, timed};
use super::trouble::{Trouble, TroubleKind};
use crate::exchange::{Exchange, ExchangeError, Headers, Kept, Response, Timings};
use crate::recorder::Recorder;

/// Redirects that one request follows.
const REDIRECTS: usize = 3;

/// A request that is ready to be sent.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub(crate) method: reqwest::Method,
    pub(crate) url: Url,
    pub(crate) headers: Headers,
    pub(crate) body: Option<Bytes>,
}

/// An answer that was read completely.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Headers,
    pub(crate) body: Bytes,
    pub(crate) exchange: String,
}

impl Answer {
    /// The first header of this name.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        find(&self.headers, name)
    }
}

/// What is known of an answer while it is being read.
#[derive(Default)]
struct Progress {
    status: Option<u16>,
    version: &'static str,
    headers: Headers,
    body: BytesMut,
    remote: Option<SocketAddr>,
    first_byte: Option<Duration>,
}

impl Egress {
    /// Sends a request and reads its answer; follows redirects of GET requests within the same host. Every step is one exchange.
    pub(crate) async fn send(
        &self,
        request: &Request,
        attempt: u32,
        rec: &Recorder,
    ) -> Result<Answer, Trouble> {
        let deadline = tokio::time::Instant::now() + self.config.total_timeout;
        let mut request = request.clone();
        for _ in 0..=REDIRECTS {
            let answer = self.exchange(&request, attempt, deadline, rec).await?;
            match redirect(&request, &answer)? {
                Some(target) => request.url = target,
                None => return Ok(answer),
            }
        }
        Err(Trouble::new(
            TroubleKind::Redirect,
            format!("{} redirects in a circle", host_of(&request.url)),
            true,
        ))
    }

    /// One request and its answer, recorded.
    async fn exchange(
        &self,
        request: &Request,
        attempt: u32,
        deadline: tokio::time::Instant,
        rec: &Recorder,
    ) -> Result<Answer, Trouble> {
        let at = SystemClock.now();
        let start = Instant::now();
        let mut progress = Progress::default();
        let call = timed(self.call(request, start, &mut progress));
        let (trouble, laps) = match tokio::time::timeout_at(deadline, call).await {
            Ok((trouble, laps)) => (trouble, laps),
            Err(_) => (Some(self.out_of_time(request)), Laps::default()),
        };
        let timings = Timings {
            dns: laps.dns,
            connect: laps.connect,
            first_byte: progress.first_byte,
            total: start.elapsed(),
        };
        let body = std::mem::take(&mut progress.body).freeze();
        let masker = rec.masker();
        let exchange = rec.add(Exchange {
            id: String::new(),
            at,
            attempt,
            record: None,
            method: request.method.to_string(),
            url: request.url.to_string(),
            headers: request.headers.clone(),
            body: request
                .body
                .as_ref()
                .map(|bytes| Kept::new(bytes, find(&request.headers, "content-type"), true, &masker)),
            response: progress.status.map(|status| Response {
                status,
                http_version: progress.version,
                body: Some(Kept::new(
                    &body,
                    find(&progress.headers, "content-type"),
                    trouble.is_none(),
                    &masker,
                )),
                headers: progress.headers.clone(),
            }),
            error: trouble
                .as_ref()
                .map(|t| ExchangeError { kind: t.kind.as_str(), message: t.message.clone() }),
            timings,
            remote_address: progress.remote,
        });
        match trouble {
            Some(trouble) => Err(Trouble { exchange: Some(exchange), ..trouble }),
            None => {
                let status = progress.status.unwrap_or_default();
                Ok(Answer { status, headers: progress.headers, body, exchange })
            }
        }
    }

    /// Talks to the server; what is learnt goes into `progress`, so that a time-out keeps it.
    async fn call(&self, request: &Request, start: Instant, progress: &mut Progress) -> Option<Trouble> {
        let host = host_of(&request.url);
        if let Err(refusal) = check_literal(&self.guard, &request.url) {
            return Some(Trouble::refused(&refusal));
        }
        let headers = match header_map(&request.headers) {
            Ok(headers) => headers,
            Err(name) => {
                return Some(Trouble::new(
                    TroubleKind::NotConnected,
                    format!("the header {name} cannot be sent"),
                    false,
                ));
            }
        };
        let mut builder = self.client.request(request.method.clone(), request.url.clone()).headers(headers);
        if let Some(body) = &request.body {
            builder = builder.body(body.clone());
        }
        let answer = match builder.send().await {
            Ok(answer) => answer,
            Err(error) => return Some(Trouble::of(&error, &host)),
        };
        progress.first_byte = Some(start.elapsed());
        progress.status = Some(answer.status().as_u16());
        progress.version = version_of(answer.version());
        progress.headers = header_pairs(answer.headers());
        progress.remote = answer.remote_addr();
        body::read(answer, self.config.max_body_bytes, &host, &mut progress.body).await
    }

    fn out_of_time(&self, request: &Request) -> Trouble {
        let seconds = self.config.total_timeout.as_secs_f32();
        let message = format!("{} did not answer completely within {seconds} s", host_of(&request.url));
        Trouble::new(TroubleKind::TimedOut, message, true)
    }
}

/// Where to go next, if the answer redirects and we follow.
fn redirect(request: &Request, answer: &Answer) -> Result<Option<Url>, Trouble> {
    if !matches!(answer.status, 301 | 302 | 303 | 307 | 308) {
        return Ok(None);
    }
    let Some(location) = answer.header(LOCATION.as_str()) else { return Ok(None) };
    let refuse = |why: &str| {
        let message = format!("{} redirects to {location}: {why}", host_of(&request.url));
        Trouble {
            exchange: Some(answer.exchange.clone()),
            ..Trouble::new(TroubleKind::Redirect, message, true)
        }
    };
    let target = request.url.join(location).map_err(|_| refuse("that is no address"))?;
    if request.method != reqwest::Method::GET {
        return Err(refuse("only reading requests follow redirects; correct the system's address"));
    }
    let same_host = target.host() == request.url.host();
    let upgrade = request.url.scheme() == "http" && target.scheme() == "https";
    let same_port = target.port_or_known_default() == request.url.port_or_known_default();
    if !same_host || !(upgrade || (same_port && target.scheme() == request.url.scheme())) {
        return Err(refuse("another host would receive the credentials; correct the system's address"));
    }
    Ok(Some(target))
}

/// The host, and the port if it is given.
pub(crate) fn host_of(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

fn find<'a>(headers: &'a Headers, name: &str) -> Option<&'a str> {
    headers.iter().find(|(given, _)| given.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
}

fn header_map(headers: &Headers) -> Result<HeaderMap, String> {
    let mut map = HeaderMap::new();
    for (name, value) in headers {
        let parsed = name.parse::<HeaderName>().ok().zip(HeaderValue::from_str(value).ok());
        let (name, value) = parsed.ok_or_else(|| name.clone())?;
        map.append(name, value);
    }
    Ok(map)
}

fn header_pairs(headers: &HeaderMap) -> Headers {
    let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    headers.iter().map(|(name, value)| (name.to_string(), text(value))).collect()
}

const fn version_of(version: reqwest::Version) -> &'static str {
    match version {
        reqwest::Version::HTTP_2 => "HTTP/2",
        reqwest::Version::HTTP_10 => "HTTP/1.0",
        _ => "HTTP/1.1",
    }
}
