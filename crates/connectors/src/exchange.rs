//! One HTTP exchange, as it happened; masked when it is read.

use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;
use throughline_domain::Timestamp;
use throughline_mask::{MaskedBody, MaskedJson, Masker};

/// Bytes of a body that are kept.
pub const KEPT_BODY: usize = 256 * 1024;

/// A request and what came of it, before masking. It never leaves this crate.
pub(crate) struct Exchange {
    pub(crate) id: String,
    pub(crate) at: Timestamp,
    pub(crate) attempt: u32,
    pub(crate) record: Option<String>,
    pub(crate) method: String,
    pub(crate) url: String,
    pub(crate) headers: Headers,
    pub(crate) body: Option<Kept>,
    pub(crate) response: Option<Response>,
    pub(crate) error: Option<ExchangeError>,
    pub(crate) timings: Timings,
    pub(crate) remote_address: Option<SocketAddr>,
}

/// Header names and values, in the order of the wire.
pub(crate) type Headers = Vec<(String, String)>;

/// The answer.
pub(crate) struct Response {
    pub(crate) status: u16,
    pub(crate) http_version: &'static str,
    pub(crate) headers: Headers,
    pub(crate) body: Option<Kept>,
}

/// Why there is no answer, or only a part of one.
pub(crate) struct ExchangeError {
    pub(crate) kind: &'static str,
    pub(crate) message: String,
}

/// Where the time went. What did not happen, or happened on a kept-alive connection, is absent.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Timings {
    pub(crate) dns: Option<Duration>,
    /// TCP and, for https, TLS.
    pub(crate) connect: Option<Duration>,
    pub(crate) first_byte: Option<Duration>,
    pub(crate) total: Duration,
}

/// A body: small ones wait unmasked until somebody asks; large ones are masked and cut at once, to bound memory.
pub(crate) enum Kept {
    Whole { bytes: Bytes, content_type: Option<String> },
    Masked(Box<MaskedBody>),
}

impl Kept {
    pub(crate) fn new(bytes: &Bytes, content_type: Option<&str>, complete: bool, masker: &Masker) -> Self {
        match (complete, bytes.len() <= KEPT_BODY) {
            (true, true) => {
                Self::Whole { bytes: bytes.clone(), content_type: content_type.map(str::to_owned) }
            }
            (true, false) => Self::Masked(Box::new(masker.body(bytes, content_type, KEPT_BODY))),
            (false, _) => Self::Masked(Box::new(masker.cut_body(bytes, content_type, KEPT_BODY))),
        }
    }

    pub(crate) fn size(&self) -> usize {
        match self {
            Self::Whole { bytes, .. } => bytes.len(),
            Self::Masked(_) => KEPT_BODY,
        }
    }

    fn document(&self, masker: &Masker) -> MaskedJson {
        match self {
            Self::Whole { bytes, content_type } => {
                MaskedJson::from(&masker.body(bytes, content_type.as_deref(), KEPT_BODY))
            }
            Self::Masked(body) => MaskedJson::from(&**body),
        }
    }
}

impl Exchange {
    /// The exchange as the `extract_http` and `load_http` phases show it.
    pub(crate) fn document(&self, masker: &Masker) -> MaskedJson {
        MaskedJson::object([
            ("id", masker.text(&self.id).into()),
            ("at", masker.text(&self.at.to_rfc3339_opts(chrono::SecondsFormat::Millis, true)).into()),
            ("attempt", self.attempt.into()),
            ("record", self.record.as_deref().map(|key| masker.text(key)).into()),
            ("request", self.request_document(masker)),
            ("response", self.response.as_ref().map(|response| response.document(masker)).into()),
            ("error", self.error.as_ref().map(|error| error.document(masker)).into()),
            ("timings", self.timings.document()),
            ("remote_address", self.remote_address.map(|address| masker.text(&address.to_string())).into()),
        ])
    }

    fn request_document(&self, masker: &Masker) -> MaskedJson {
        MaskedJson::object([
            ("method", masker.text(&self.method).into()),
            ("url", masker.url(&self.url).into()),
            ("headers", header_list(&self.headers, masker)),
            ("body", self.body.as_ref().map(|body| body.document(masker)).into()),
        ])
    }

    pub(crate) fn size(&self) -> usize {
        let answered = self.response.as_ref().and_then(|response| response.body.as_ref());
        self.body.iter().chain(answered).map(Kept::size).sum::<usize>() + 1024
    }
}

impl Response {
    fn document(&self, masker: &Masker) -> MaskedJson {
        MaskedJson::object([
            ("status", self.status.into()),
            ("http_version", self.http_version.into()),
            ("headers", header_list(&self.headers, masker)),
            ("body", self.body.as_ref().map(|body| body.document(masker)).into()),
        ])
    }
}

impl ExchangeError {
    fn document(&self, masker: &Masker) -> MaskedJson {
        MaskedJson::object([("kind", self.kind.into()), ("message", masker.text(&self.message).into())])
    }
}

impl Timings {
    fn document(&self) -> MaskedJson {
        MaskedJson::object([
            ("dns_ms", self.dns.map(millis).into()),
            ("connect_ms", self.connect.map(millis).into()),
            ("tls_ms", MaskedJson::null()),
            ("first_byte_ms", self.first_byte.map(millis).into()),
            ("total_ms", millis(self.total).into()),
        ])
    }
}

fn header_list(headers: &Headers, masker: &Masker) -> MaskedJson {
    MaskedJson::array(headers.iter().map(|(name, value)| {
        MaskedJson::array([masker.text(name).into(), masker.header(name, value).into()])
    }))
}

/// Milliseconds with microsecond precision.
fn millis(duration: Duration) -> f64 {
    (duration.as_secs_f64() * 1e6).round() / 1e3
}
