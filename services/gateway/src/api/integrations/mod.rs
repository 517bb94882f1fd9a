//! Integrations: two systems kept in step; drafts, revisions, publishing.

pub(crate) mod create;
pub(crate) mod delete;
pub(crate) mod disable;
mod document;
pub(crate) mod enable;
mod hooks;
pub(crate) mod list;
pub(crate) mod publish;
pub(crate) mod revision;
pub(crate) mod revisions;
pub(crate) mod rotate_hook;
pub(crate) mod run;
mod shape;
pub(crate) mod show;
mod switch;
pub(crate) mod update;
pub(crate) mod validate;
mod view;
