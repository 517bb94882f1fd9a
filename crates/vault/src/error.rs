//! Why something does not seal or open. Never says what was inside.

use crate::key::KeyId;

/// A failure of the vault.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VaultError {
    /// A configured master key cannot be used; says which, not what it is.
    #[error("master key `{name}`: {reason}")]
    MasterKey {
        /// Its name.
        name: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// The data key was sealed by a master key that the ring does not hold.
    #[error("no master key is named `{name}`: add it to the former keys until everything is sealed anew")]
    MasterKeyUnknown {
        /// The name beside the sealed data key.
        name: String,
    },
    /// Sealed with another data key than the one at hand.
    #[error("sealed with key {sealed_with}, not {at_hand}")]
    OtherKey {
        /// The key that sealed it.
        sealed_with: KeyId,
        /// The key that was tried.
        at_hand: KeyId,
    },
    /// Not the bytes that were sealed, or not for this place, or not with this key.
    #[error("does not open: changed, moved, or sealed with another key")]
    Refused,
    /// Too short, or of an unknown version or compression.
    #[error("not a sealed value: {0}")]
    Malformed(&'static str),
    /// Larger than a frame may be.
    #[error("{bytes} bytes are more than a frame may hold ({})", crate::FRAME_LIMIT)]
    TooLarge {
        /// Its length.
        bytes: usize,
    },
}
