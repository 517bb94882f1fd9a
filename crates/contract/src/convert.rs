//! Small conversions that several messages share.

use std::str::FromStr;

use bytes::Bytes;
use chrono::DateTime;
use throughline_domain::Timestamp;
use uuid::Uuid;

/// The bytes are not the message they should be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// Not protobuf, or of another message.
    #[error("not a {message}: {reason}")]
    Malformed {
        /// Name of the message that was expected.
        message: &'static str,
        /// What the decoder says.
        reason: String,
    },
    /// A field holds no valid value.
    #[error("field `{field}` holds no valid value: {reason}")]
    Field {
        /// Name of the field.
        field: &'static str,
        /// What is wrong.
        reason: String,
    },
    /// A field that must be there is not.
    #[error("field `{field}` is missing")]
    Missing {
        /// Name of the field.
        field: &'static str,
    },
}

pub(crate) fn malformed(message: &'static str) -> impl Fn(prost::DecodeError) -> DecodeError {
    move |error| DecodeError::Malformed { message, reason: error.to_string() }
}

pub(crate) fn required<T>(field: &'static str, value: Option<T>) -> Result<T, DecodeError> {
    value.ok_or(DecodeError::Missing { field })
}

pub(crate) fn id_bytes(id: impl Into<Uuid>) -> Bytes {
    Bytes::copy_from_slice(id.into().as_bytes())
}

pub(crate) fn id<T: From<Uuid>>(field: &'static str, bytes: &[u8]) -> Result<T, DecodeError> {
    Uuid::from_slice(bytes)
        .map(T::from)
        .map_err(|error| DecodeError::Field { field, reason: error.to_string() })
}

pub(crate) fn optional_id<T: From<Uuid>>(
    field: &'static str,
    bytes: &[u8],
) -> Result<Option<T>, DecodeError> {
    if bytes.is_empty() { Ok(None) } else { id(field, bytes).map(Some) }
}

pub(crate) fn word<T>(field: &'static str, text: &str) -> Result<T, DecodeError>
where
    T: FromStr,
    T::Err: std::fmt::Display,
{
    text.parse().map_err(|error: T::Err| DecodeError::Field { field, reason: error.to_string() })
}

pub(crate) fn optional_word<T>(field: &'static str, text: &str) -> Result<Option<T>, DecodeError>
where
    T: FromStr,
    T::Err: std::fmt::Display,
{
    if text.is_empty() { Ok(None) } else { word(field, text).map(Some) }
}

pub(crate) fn micros(at: Timestamp) -> i64 {
    at.timestamp_micros()
}

pub(crate) fn optional_micros(at: Option<Timestamp>) -> i64 {
    at.map_or(0, micros)
}

pub(crate) fn instant(field: &'static str, micros: i64) -> Result<Timestamp, DecodeError> {
    DateTime::from_timestamp_micros(micros)
        .ok_or_else(|| DecodeError::Field { field, reason: format!("{micros} µs is no instant") })
}

pub(crate) fn optional_instant(field: &'static str, micros: i64) -> Result<Option<Timestamp>, DecodeError> {
    if micros == 0 { Ok(None) } else { instant(field, micros).map(Some) }
}

pub(crate) fn optional_text(text: String) -> Option<String> {
    (!text.is_empty()).then_some(text)
}
