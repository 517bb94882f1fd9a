//! AES-256-GCM over byte strings, with unambiguous associated data.

use aes_gcm::aead::{Aead, Payload};
use aes_gcm::{Aes256Gcm, KeyInit, Nonce};

use crate::error::VaultError;
use crate::key::Key;

/// Length of a nonce.
pub(crate) const NONCE: usize = 12;
/// Length of the tag at the end of what is sealed.
pub(crate) const TAG: usize = 16;

/// A fresh random nonce.
pub(crate) fn nonce() -> [u8; NONCE] {
    rand::random()
}

/// Joins parts so that no two different lists give the same bytes: each is preceded by its length.
pub(crate) fn associated(parts: &[&[u8]]) -> Vec<u8> {
    let mut joined = Vec::with_capacity(parts.iter().map(|part| part.len() + 4).sum());
    for part in parts {
        joined.extend_from_slice(&u32::try_from(part.len()).unwrap_or(u32::MAX).to_be_bytes());
        joined.extend_from_slice(part);
    }
    joined
}

/// `head`, the nonce, then `plain` sealed; `head` and `place` are authenticated.
pub(crate) fn seal(key: &Key, nonce: [u8; NONCE], head: &[u8], place: &[&[u8]], plain: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(head.len() + NONCE + plain.len() + TAG);
    out.extend_from_slice(head);
    out.extend_from_slice(&nonce);
    let payload = Payload { msg: plain, aad: &bound(head, place) };
    // The only failure is a message of more than 64 GiB, which no caller can hold; then nothing is sealed.
    let sealed = cipher(key).encrypt(&Nonce::from(nonce), payload).unwrap_or_default();
    out.extend_from_slice(&sealed);
    out
}

/// Opens what [`seal`] made with a head of `head` bytes.
pub(crate) fn open(key: &Key, head: usize, place: &[&[u8]], sealed: &[u8]) -> Result<Vec<u8>, VaultError> {
    if sealed.len() < head + NONCE + TAG {
        return Err(VaultError::Malformed("too short"));
    }
    let (head, rest) = sealed.split_at(head);
    let (nonce, sealed) = rest.split_at(NONCE);
    let nonce: [u8; NONCE] = nonce.try_into().map_err(|_| VaultError::Malformed("too short"))?;
    let payload = Payload { msg: sealed, aad: &bound(head, place) };
    cipher(key).decrypt(&Nonce::from(nonce), payload).map_err(|_| VaultError::Refused)
}

fn bound(head: &[u8], place: &[&[u8]]) -> Vec<u8> {
    [associated(&[head]), associated(place)].concat()
}

fn cipher(key: &Key) -> Aes256Gcm {
    Aes256Gcm::new(&(*key.bytes()).into())
}
