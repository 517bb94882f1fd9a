//! The handlers: one folder per noun, one file per verb. Each says what it does ([`crate::openapi::Doc`]) and does it.

pub(crate) mod api_tokens;
pub(crate) mod auth;
pub(crate) mod connectors;
pub(crate) mod docs;
pub(crate) mod events;
pub(crate) mod hooks;
pub(crate) mod integrations;
pub(crate) mod me;
pub(crate) mod runs;
pub(crate) mod service;
pub(crate) mod settings;
pub(crate) mod stats;
pub(crate) mod systems;
