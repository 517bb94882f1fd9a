//! Answering: lists, words, times, errors.

mod error;
mod list;
mod time;
mod word;

pub(crate) use error::{BriefError, ExplainedError, RecordError};
pub(crate) use list::{List, paged};
pub(crate) use time::{Time, millis};
pub(crate) use word::{
    ErrorClassWord, ErrorCodeWord, HttpCaptureWord, OperationWord, OutcomeWord, PermissionWord, PhaseWord,
    RetentionClassWord, RoleWord, RunStatusWord, SideWord, TriggerKindWord, Word, WordSet,
};
