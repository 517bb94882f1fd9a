//! The engine on a real database, calling a real HTTP server through the real connectors.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod capture;
mod correlation;
mod failures;
mod fixture;
mod partner;
mod polls;
mod writes;
