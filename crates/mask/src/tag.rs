//! The text of a mask.

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

/// Why something was masked.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Kind {
    /// A literal value of the system's credentials.
    Secret,
    /// A header whose name says that its value is sensitive.
    Header,
    /// A JSON or form field that is sensitive by its name or by the tenant's pointer.
    Field,
    /// User information or a sensitive parameter of a URL.
    Url,
    /// The tenant's own pattern.
    Rule,
}

impl Kind {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Secret => "secret",
            Self::Header => "header",
            Self::Field => "field",
            Self::Url => "url",
            Self::Rule => "rule",
        }
    }
}

/// Makes masks: HMAC-SHA-256 under the tenant's tag key, its first four bytes as hex.
#[derive(Clone)]
pub(crate) struct Tagger(Hmac<Sha256>);

impl Tagger {
    pub(crate) fn new(key: &[u8]) -> Self {
        let mut block = [0u8; 64];
        block[..32].copy_from_slice(&Sha256::digest(key));
        Self(Hmac::new(&block.into()))
    }

    pub(crate) fn mask(&self, kind: Kind, hidden: &[u8]) -> String {
        let mut mac = self.0.clone();
        mac.update(hidden);
        let digest = mac.finalize().into_bytes();
        format!("[masked:{}:{}]", kind.as_str(), hex::encode(&digest[..4]))
    }
}
