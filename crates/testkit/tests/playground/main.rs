//! What the README promises about monitor and desk.

#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "tests")]

mod desk;
mod faults;
mod monitor;
mod place;
