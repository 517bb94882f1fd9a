//! An alert on its way through the ring.

pub(crate) mod alert_to_incident;
mod capture;
mod errors;
mod polls;
mod retries;

pub(crate) use alert_to_incident::firing;
