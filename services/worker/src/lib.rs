//! Executes runs; the only process with egress to the systems of tenants.
//!
//! A run goes through one pipeline, a page of records at a time:
//!
//! | step | file |
//! | --- | --- |
//! | the request, its compiled plan, its two systems, the masker | `run/setting.rs`, `plans.rs`, `systems.rs` |
//! | where the records come from | `run/extract.rs`, `run/position.rs` |
//! | claim links, work on a few records at the same time | `run/wave.rs`, `run/lease.rs` |
//! | what to do with one record: a pure decision | `run/decide.rs` |
//! | map it, write it, look for it | `run/record/` |
//! | links, failed records and watermark, in one transaction | `run/ledger.rs` |
//! | what is tried again | `run/retry.rs` |
//! | the place of the run in its tenant's share, given back | `returns.rs` |
//! | what the run shows of itself | `capture/` |
//!
//! **Architecture Invariant:** a create is sent only while its link says `intended` and is claimed. Whoever finds such a
//! link that is not fresh looks in the target before it creates, and may claim it only when a request of the former
//! claimant can no longer be on its way.
//!
//! **Architecture Invariant:** a request is acknowledged after the database has committed and the broker has confirmed
//! everything that it caused; see [`Engine::execute`].

mod cancel;
mod capture;
mod consume;
mod engine;
mod measure;
mod outbox;
mod places;
mod plans;
mod returns;
mod run;
mod systems;
mod tasks;
mod worker;

pub use cancel::Cancels;
pub use engine::{Engine, Parts};
pub use places::{Place, Places};
pub use run::Executed;
pub use worker::Worker;
