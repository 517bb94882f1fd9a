//! Against real third-party software, installed and started by `cargo xtask real up`.
//!
//! Every test has hosts, issues and routes of its own, so that tests disturb neither each other nor what ran before.

mod icinga2;
mod polled;
mod pushed;
mod queries;
mod refusals;
mod request_tracker;
mod schema;
mod software;
