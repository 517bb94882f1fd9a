//! The type that holds captured data.

use bytes::Bytes;
use serde::{Serialize, Serializer};
use serde_json::Value;

/// Captured data that has been masked. Only this crate can make one, except for [`Masked::from_capture`].
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Masked<T>(T);

/// Masked text: a header value, a URL, an error message.
pub type MaskedText = Masked<String>;

/// A masked JSON document: a record, a phase.
pub type MaskedJson = Masked<Value>;

/// A masked JSON document as it is sent and stored.
pub type MaskedBytes = Masked<Bytes>;

impl MaskedJson {
    /// The document as compact JSON.
    pub fn to_bytes(&self) -> MaskedBytes {
        Masked(Bytes::from(self.0.to_string()))
    }
}

impl<T> Masked<T> {
    pub(crate) const fn new(value: T) -> Self {
        Self(value)
    }

    /// Takes back what was masked before it was stored or sent. For decoders of messages and packs only: it masks nothing.
    pub const fn from_capture(value: T) -> Self {
        Self(value)
    }

    /// The masked value, to read.
    pub const fn get(&self) -> &T {
        &self.0
    }

    /// The masked value itself, for an encoder.
    pub fn into_inner(self) -> T {
        self.0
    }
}

impl MaskedText {
    /// The masked text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for MaskedText {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl<T: Serialize> Serialize for Masked<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}
