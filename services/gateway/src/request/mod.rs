//! Reading requests: bodies, parameters, preconditions. Whatever is wrong is said precisely.

pub(crate) mod json;
mod nul;
mod path;
mod period;
mod pointer;
mod precondition;
mod query;
pub(crate) mod sound;

pub(crate) use json::{Json, OptionalJson};
pub(crate) use path::{Id, path_number, path_text, path_word};
pub(crate) use period::{LONGEST, expect_short};
pub(crate) use pointer::escaped;
pub(crate) use precondition::{IfMatch, entity_tag};
pub(crate) use query::{Cursor, Kind, Param, Query};
