//! Markdown: CommonMark with tables, strike-through and task lists.

pub(super) mod read;
mod running;
pub(super) mod write;
