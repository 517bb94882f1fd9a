//! The promises of this crate, on a real Redis that is flushed, stalls, and goes away.
//!
//! `TL_REDIS_URL` says where it is; each test has keys of its own.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "a test that cannot go on fails"
)]

mod buckets;
mod degraded;
mod leases;
mod live;
mod proxy;
mod stage;
mod throttle;
