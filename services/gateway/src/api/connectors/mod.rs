//! Connectors: the kinds of systems that can be connected.

pub(crate) mod list;
pub(crate) mod shape;
pub(crate) mod show;
