//! HTTP edge: API, listener webhooks, live updates, console files. It has no way out to tenants' systems.
//!
//! The way of a request: `edge` (span, security headers, problems) → `router` (the table of operations) → `guard` (who is
//! it, may he) → a handler under `api` → `store`, `queue`, `blob`, `coord`.
//!
//! **Architecture Invariant:** a handler gets a tenant only from a [`caller::Caller`], and a caller only from the guard,
//! which knows each operation's permission from the table.

mod advice;
mod answer;
mod api;
mod app;
mod ask;
pub mod auth;
mod caller;
mod change;
mod console;
mod docs;
mod edge;
mod export;
mod gateway;
mod guard;
mod hooks;
pub mod keys;
mod openapi;
mod operation;
mod payloads;
mod problem;
mod relay;
mod remember;
mod request;
mod router;
mod serve;
mod trigger;
mod waiting;

pub use docs::problem_pages;
pub use gateway::Gateway;
pub use openapi::document;
pub use problem::ProblemCode;
