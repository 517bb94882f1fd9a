//! Sealing: credentials, small secrets, and the payload frames of packs. Pure: no I/O.
//!
//! **Envelope.** The operator holds a [`MasterKeys`] ring. Each tenant has one data key, the [`TenantKey`]; its row
//! keeps it sealed by a master key. Everything of a tenant is sealed with that tenant's data key, so destroying the
//! key deletes the tenant's data wherever copies of it lie.
//!
//! **Binding.** AES-256-GCM everywhere, and the identity of what is sealed is its associated data: a sealed value
//! moved to another row, run, phase or tenant does not open.
//!
//! **Subkeys.** The data key itself seals nothing. Secrets and the frames of each run have keys derived from it
//! (HKDF-Expand of RFC 5869 with SHA-256, one block), so random 96-bit nonces stay far below the 2³² messages per key
//! that NIST SP 800-38D section 8.3 allows, whatever the number of runs.
//!
//! # Formats
//!
//! All begin with a version byte, `1` today. Sealed parts end with the 16-byte tag. `key id` is the start of a hash of
//! the key, to tell "another key" from "tampered with".
//!
//! | what | bytes |
//! | --- | --- |
//! | data key | `version` `nonce ×12` `sealed ×48`; the name of the master key stands beside it, in its own column |
//! | secret | `version` `key id ×4` `nonce ×12` `sealed` |
//! | frame | `version` `compression` (0 none, 1 zstd) `key id ×4` `plain length, u32 big endian` `nonce ×12` `sealed` |
//!
//! Bytes before the nonce are authenticated too.

mod aead;
mod error;
mod frame;
mod key;
mod master;
mod secret;
mod tenant;

pub use error::VaultError;
pub use frame::{FRAME_LIMIT, FRAME_OVERHEAD};
pub use key::KeyId;
pub use master::{MasterKeys, SealedTenantKey};
pub use secret::Row;
pub use tenant::TenantKey;

#[cfg(test)]
mod golden;
