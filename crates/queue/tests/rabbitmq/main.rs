//! The promises of this crate, on a real broker, with connections that break.
//!
//! `TL_RABBITMQ_URL` and `TL_RABBITMQ_MGMT` say where it is; each test has a virtual host of its own.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "a test that cannot go on fails"
)]

mod batch;
mod consume;
mod park;
mod proxy;
mod publish;
mod request;
mod stage;
mod topology;
