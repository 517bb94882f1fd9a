//! The promises of this crate, on a real broker, with connections that break.
//!
//! `TL_RABBITMQ_URL` and `TL_RABBITMQ_MGMT` say where it is; each test has a virtual host of its own.

mod batch;
mod consume;
mod park;
mod proxy;
mod publish;
mod request;
mod stage;
mod topology;
