//! Plain text: an empty line ends a paragraph, a line is a line, nothing is markup.

pub(super) mod read;
pub(super) mod write;
