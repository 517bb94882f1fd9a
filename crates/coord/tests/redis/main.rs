//! The promises of this crate, on a real Redis that is flushed, stalls, and goes away.
//!
//! `TL_REDIS_URL` says where it is; each test has keys of its own.

mod buckets;
mod degraded;
mod leases;
mod live;
mod proxy;
mod stage;
mod throttle;
