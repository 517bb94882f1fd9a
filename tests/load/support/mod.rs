//! What the load harnesses share.

#![allow(dead_code, reason = "each harness uses a part")]

pub mod api;
pub mod hooks;
pub mod ledger;
pub mod percentile;
pub mod stack;
pub mod usage;
