//! Secrets that we hand out: random, shown once, kept as a hash.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

/// A new secret of 256 random bits, beginning with `prefix`.
pub fn generate(prefix: &str) -> String {
    format!("{prefix}{}", URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>()))
}

/// What is kept of a secret: SHA-256, hex. A slow hash would add nothing, because the secret has 256 bits.
pub fn hash(secret: &str) -> String {
    hex::encode(Sha256::digest(secret.as_bytes()))
}

/// The beginning of an API token, to recognise it by.
pub fn visible_prefix(token: &str) -> String {
    token.chars().take(9).collect()
}

/// What API tokens begin with, so that scanners find leaked ones.
pub const API_TOKEN: &str = "tl_";
/// What refresh tokens begin with.
pub const REFRESH_TOKEN: &str = "tlr_";
/// What hook tokens begin with.
pub const HOOK_TOKEN: &str = "tlh_";
