//! Webhooks: who pushes to which address, what is taken, and how it becomes a trigger that cannot be lost.

mod accept;
mod directory;
mod headers;

pub(crate) use accept::{Acceptance, accept};
pub(crate) use directory::Directory;
pub(crate) use headers::kept;
