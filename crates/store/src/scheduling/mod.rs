//! What waits for its time: schedules of polls, parked triggers, and what the scheduler must know to admit a trigger.
//!
//! The scheduler serves all tenants, so most functions here run in [`Store::service`](crate::Store::service), which
//! its policies allow, and name the tenant of every row that they return.

pub mod admission;
pub mod parked;
pub mod schedules;
