//! What every process needs: configuration, telemetry, supervised tasks, health, shutdown.
//!
//! A service is a value that is built from a [`config::Config`] and run until [`shutdown::Shutdown`] asks it to end:
//!
//! ```ignore
//! fn main() -> std::process::ExitCode {
//!     process::run(Service::Sink, |process| async move {
//!         let sink = Sink::build(&process).await?;
//!         sink.run(process).await
//!     })
//! }
//! ```
//!
//! This crate talks to no server but an OTLP receiver: clients of Postgres, RabbitMQ, Redis and S3 have crates of
//! their own.

pub mod config;
pub mod health;
pub mod metrics;
pub mod process;
mod service;
pub mod shutdown;
pub mod task;
pub mod telemetry;

pub use service::Service;
