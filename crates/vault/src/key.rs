//! 256-bit keys that are wiped when dropped.

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::aead::associated;

/// Length of a key.
pub(crate) const KEY: usize = 32;

/// A key. Never printed, wiped when dropped.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub(crate) struct Key([u8; KEY]);

impl Key {
    pub(crate) fn generate() -> Self {
        Self(rand::random())
    }

    pub(crate) const fn new(bytes: [u8; KEY]) -> Self {
        Self(bytes)
    }

    pub(crate) const fn bytes(&self) -> &[u8; KEY] {
        &self.0
    }

    /// The subkey for `purpose`: HKDF-Expand with SHA-256, first block.
    pub(crate) fn derive(&self, purpose: &[&[u8]]) -> Self {
        let mut info = associated(purpose);
        info.push(1);
        // HMAC takes keys of any length, so this cannot fail; a key of zeros would open nothing that was ever sealed.
        let block = Hmac::<Sha256>::new_from_slice(&self.0).map(|hmac| hmac.chain_update(&info).finalize());
        Self(block.map(|block| block.into_bytes().into()).unwrap_or_default())
    }

    pub(crate) fn id(&self) -> KeyId {
        let digest = Sha256::new().chain_update(b"throughline key id").chain_update(self.0).finalize();
        KeyId([digest[0], digest[1], digest[2], digest[3]])
    }
}

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Key({})", self.id())
    }
}

/// Names a key without telling anything useful about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct KeyId(pub(crate) [u8; 4]);

impl std::fmt::Display for KeyId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:08x}", u32::from_be_bytes(self.0))
    }
}
