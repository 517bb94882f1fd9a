//! Runs: what happened, phase by phase.

pub(crate) mod cancel;
pub(crate) mod export;
pub(crate) mod list;
pub(crate) mod phase;
mod phases;
pub(crate) mod records;
mod shape;
pub(crate) mod show;

pub(crate) use shape::{IntegrationName, Names, integration_name};
