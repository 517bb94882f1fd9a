//! Text into a query.

use super::Query;

/// Why a text is not UQL, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("at character {offset}: {message}")]
pub struct UqlError {
    /// One sentence on what is wrong.
    pub message: String,
    /// The character it begins at, counted from 0.
    pub offset: usize,
}

/// Reads a query.
pub fn parse(text: &str) -> Result<Query, UqlError> {
    Err(UqlError { message: text.to_owned(), offset: 0 })
}
