//! Request and reply: a question to whichever worker is free, and its answer.

mod requester;
mod responder;

pub use requester::Requester;
pub use responder::{Answer, Responder};
