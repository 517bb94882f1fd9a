//! Why no usable answer came back.

use std::error::Error;
use std::io;
use std::net::IpAddr;

use throughline_domain::ErrorCode;

/// Why a request got no usable answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Trouble {
    pub(crate) kind: TroubleKind,
    /// What happened, for the tenant; not masked yet.
    pub(crate) message: String,
    /// Whether the system may have received, and carried out, the request.
    pub(crate) reached: bool,
    pub(crate) exchange: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TroubleKind {
    NotResolved,
    AddressRefused,
    NotConnected,
    Tls,
    ConnectTimeout,
    TimedOut,
    Broken,
    TooLarge,
    Redirect,
    Malformed,
}

impl TroubleKind {
    pub(crate) const fn code(self) -> ErrorCode {
        match self {
            Self::NotResolved => ErrorCode::NameNotResolved,
            Self::AddressRefused => ErrorCode::AddressRefused,
            Self::NotConnected | Self::Broken => ErrorCode::ConnectionFailed,
            Self::Tls => ErrorCode::TlsFailed,
            Self::ConnectTimeout | Self::TimedOut => ErrorCode::RequestTimedOut,
            Self::TooLarge => ErrorCode::AnswerTooLarge,
            Self::Redirect => ErrorCode::RedirectRefused,
            Self::Malformed => ErrorCode::AnswerNotUnderstood,
        }
    }

    /// The word in a captured exchange.
    pub(crate) const fn as_str(self) -> &'static str {
        self.code().as_str()
    }

    /// Whether trying again within the same run may help.
    pub(crate) const fn passes(self) -> bool {
        matches!(self, Self::NotResolved | Self::NotConnected | Self::ConnectTimeout | Self::Broken)
    }
}

/// The guard's own refusals, as they travel through the client's error chain.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Refusal {
    #[error("{host} resolves to {address}, which is not a public address")]
    Address { host: String, address: IpAddr },
    #[error("{host} cannot be resolved: {reason}")]
    Name { host: String, reason: String },
}

impl Trouble {
    pub(crate) fn new(kind: TroubleKind, message: impl Into<String>, reached: bool) -> Self {
        Self { kind, message: message.into(), reached, exchange: None }
    }

    /// Reads the client's error. `host` is for the message.
    pub(crate) fn of(error: &reqwest::Error, host: &str) -> Self {
        if let Some(refusal) = cause::<Refusal>(error) {
            return Self::refused(refusal);
        }
        if error.is_connect() {
            return Self::not_connected(error, host);
        }
        if error.is_timeout() {
            return Self::new(TroubleKind::TimedOut, format!("{host} stopped answering"), true);
        }
        if error.is_decode() && causes(error).any(is_bad_data) {
            let message = format!("the answer of {host} is not encoded as it says");
            return Self::new(TroubleKind::Malformed, message, true);
        }
        let reason = root(error).to_string();
        Self::new(
            TroubleKind::Broken,
            format!("the connection to {host} broke before the answer was complete ({reason})"),
            true,
        )
    }

    /// An address that the guard refuses, or a name without one.
    pub(crate) fn refused(refusal: &Refusal) -> Self {
        let (kind, advice) = match refusal {
            Refusal::Address { .. } => {
                (TroubleKind::AddressRefused, "; only the operator of this service can allow it")
            }
            Refusal::Name { .. } => (TroubleKind::NotResolved, "; check the system's address"),
        };
        Self::new(kind, format!("{refusal}{advice}"), false)
    }

    fn not_connected(error: &reqwest::Error, host: &str) -> Self {
        if error.is_timeout() {
            let message = format!("{host} did not accept a connection in time");
            return Self::new(TroubleKind::ConnectTimeout, message, false);
        }
        if let Some(tls) = cause::<rustls::Error>(error) {
            return Self::new(TroubleKind::Tls, format!("no secure connection to {host}: {tls}"), false);
        }
        let reason = match cause::<io::Error>(error).map(io::Error::kind) {
            Some(io::ErrorKind::ConnectionRefused) => {
                "it refuses connections, so it is probably not running".to_owned()
            }
            Some(io::ErrorKind::ConnectionReset) => "it closed the connection".to_owned(),
            Some(io::ErrorKind::HostUnreachable | io::ErrorKind::NetworkUnreachable) => {
                "no route to it".to_owned()
            }
            _ => root(error).to_string(),
        };
        Self::new(TroubleKind::NotConnected, format!("cannot connect to {host}: {reason}"), false)
    }
}

type Cause<'a> = &'a (dyn Error + 'static);

/// The error, what caused it, and so on.
fn causes<'a>(error: Cause<'a>) -> impl Iterator<Item = Cause<'a>> {
    let mut next = Some(error);
    std::iter::from_fn(move || {
        let error = next?;
        // What an I/O error wraps is not its source, but the error itself.
        let wrapped = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        next = wrapped.map(|inner| inner as Cause<'a>).or_else(|| error.source());
        Some(error)
    })
}

fn cause<'a, E: Error + 'static>(error: Cause<'a>) -> Option<&'a E> {
    causes(error).find_map(|error| error.downcast_ref::<E>())
}

/// Whether bytes came that make no sense, rather than too few of them.
fn is_bad_data(error: Cause<'_>) -> bool {
    let kind = error.downcast_ref::<io::Error>().map(io::Error::kind);
    matches!(kind, Some(io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput))
}

fn root<'a>(error: Cause<'a>) -> Cause<'a> {
    causes(error).last().unwrap_or(error)
}
