//! The scheduler on real servers, turn by turn: who waits, who goes first, and what is never lost.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    missing_docs,
    unreachable_pub,
    reason = "tests"
)]

mod given_up;
mod line;
mod polls;
mod support;
