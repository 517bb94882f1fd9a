//! The vocabulary of Throughline: ids, run states and their transitions, phases, outcomes,
//! error classes and codes, retry policy, roles, clock.
//!
//! Everything here is pure: no I/O, no serde. Formats belong to boundaries (rows to `store`, messages to
//! `contract`, JSON shapes to `gateway`), so every enum offers `as_str` and `FromStr` and nothing else.

pub mod capture;
pub mod clock;
pub mod error;
pub mod ids;
pub mod lane;
pub mod outcome;
pub mod phase;
pub mod retention;
pub mod retry;
pub mod role;
pub mod run;
pub mod token;
pub mod trigger;

pub use capture::{CapturePolicy, HttpCapture};
pub use clock::{Clock, SystemClock, Timestamp};
pub use error::{ErrorClass, ErrorCode, Evidence, RunError, Side};
pub use ids::{
    ApiTokenId, IntegrationId, PackId, RevisionNumber, RunId, SystemId, TenantId, TriggerId, UserId,
};
pub use lane::Lane;
pub use outcome::{Operation, Outcome, OutcomeCounts};
pub use phase::Phase;
pub use retention::{Retention, RetentionClass};
pub use retry::RetryPolicy;
pub use role::{Permission, Role};
pub use run::RunStatus;
pub use trigger::TriggerKind;
