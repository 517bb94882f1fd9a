//! What of runs is kept, and for how long.

mod shape;
pub(crate) mod show;
pub(crate) mod update;
