//! The interpreter and egress against a real server on loopback, well behaved and not.
#![allow(clippy::disallowed_methods, reason = "the servers of a test end with it")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs, unreachable_pub)]

mod authentication;
mod catalogue;
mod hostile;
mod masking;
mod querying;
mod recorded;
mod recorded_icinga2;
mod recorded_request_tracker;
mod refusals;
mod retries;
mod support;
mod webhooks;
mod writing;
