//! The integration tests of Throughline: one binary, real servers, one database and virtual host per test.
//!
//! Named by property. `journeys` follow an alert through the ring; `outages` take a server or a process away; `isolation`
//! keeps tenants apart; `gateway` asks the API everything that it should refuse; `hostile` are sources and targets that
//! misbehave; `real` runs against real third-party software (`cargo xtask real up`).

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests fail by panicking")]

mod gateway;
mod hostile;
mod isolation;
mod journeys;
mod outages;
mod real;
mod support;
