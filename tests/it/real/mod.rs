//! Against real third-party software, installed and started by `cargo xtask real up alertmanager redmine`.
//!
//! Every test has hosts, issues and routes of its own, so that tests disturb neither each other nor what ran before.

mod polled;
mod pushed;
mod queries;
mod refusals;
mod schema;
mod software;
