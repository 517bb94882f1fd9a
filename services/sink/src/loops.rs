//! Keeping house in the object store. Both loops are idempotent, so every sink runs them.

mod expire;
mod sweep;

pub use expire::ExpirePacks;
pub use sweep::{ORPHAN_AFTER, SweepOrphans};
