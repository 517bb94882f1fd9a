//! The sink on real servers: what it stores, what it survives, what it refuses.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    missing_docs,
    unreachable_pub,
    reason = "tests"
)]

mod history;
mod housekeeping;
mod outages;
mod support;
