//! The messages between the processes, and nothing else knows their bytes.
//!
//! `proto/` defines them; the build compiles that into a private module, and each file here turns one message into a
//! struct of domain types and back. Generated types never leave this crate. Every struct here implements
//! [`Message`], which is all that the processes use.

pub mod capture;
mod convert;
pub mod run;
pub mod task;
pub mod trigger;

pub use capture::{
    Capture, PhaseContent, PhaseDocument, RecordOutcome, RunFinished, RunHeader, RunStarted, Stage,
};
pub use convert::DecodeError;
pub use run::RunRequest;
pub use task::{SystemTested, Task, TaskFailure, TaskReply, TaskRequest};
pub use trigger::{Event, Input, SourceRecord, Trigger};

/// Compiled from `proto/`.
#[allow(missing_docs, unreachable_pub, clippy::all, clippy::pedantic, reason = "generated")]
mod pb {
    include!(concat!(env!("OUT_DIR"), "/messages.rs"));
}

/// A message of the ring.
pub trait Message: Sized {
    /// Full name of the protobuf message: the `type` property of the AMQP message.
    const NAME: &'static str;
    /// The bytes to publish.
    fn encode(&self) -> Vec<u8>;
    /// Reads what [`Message::encode`] wrote, in this or an earlier version.
    ///
    /// # Errors
    /// When the bytes are not such a message, or a field holds no valid value; it names the field.
    fn decode(bytes: &[u8]) -> Result<Self, DecodeError>;
}
