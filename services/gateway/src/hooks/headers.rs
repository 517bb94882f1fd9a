//! Which headers of a webhook travel with it: signatures and event names, not those of the transport.

use actix_web::http::header::HeaderMap;

/// Headers of the way, not of the event.
const LEFT_OUT: [&str; 15] = [
    "host",
    "connection",
    "keep-alive",
    "transfer-encoding",
    "te",
    "trailer",
    "upgrade",
    "content-length",
    "accept",
    "accept-encoding",
    "accept-language",
    "cookie",
    "forwarded",
    "traceparent",
    "tracestate",
];

/// At most so many headers are kept.
const COUNT: usize = 64;
/// At most so long a value is kept.
const LENGTH: usize = 4096;

/// The headers to keep, names in lower case, in the order received.
pub(crate) fn kept(headers: &HeaderMap) -> Vec<(String, String)> {
    let of_the_event = |name: &str| !LEFT_OUT.contains(&name) && !name.starts_with("x-forwarded-");
    headers
        .iter()
        .filter(|(name, _)| of_the_event(name.as_str()))
        .filter_map(|(name, value)| Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned())))
        .filter(|(_, value)| value.len() <= LENGTH)
        .take(COUNT)
        .collect()
}
