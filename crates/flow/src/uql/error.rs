//! Why a text is not UQL: the character, and what would be right there.

use sqlparser::parser::ParserError;
use sqlparser::tokenizer::{Location, TokenWithSpan};

use crate::text::{chars_before, offset_of};

/// Why a text is not UQL, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, column {column}: {message}")]
pub struct UqlError {
    /// One sentence on what is wrong.
    pub message: String,
    /// What would be right there, where that can be said in a few words.
    pub expected: Option<String>,
    /// The character it begins at, counted from 0.
    pub offset: usize,
    /// Its line, counted from 1.
    pub line: usize,
    /// Its character in that line, counted from 1.
    pub column: usize,
}

impl UqlError {
    /// The fault of a text at a character, which may lie right behind its last.
    pub(super) fn at(text: &str, offset: usize, message: String, expected: Option<String>) -> Self {
        let offset = offset.min(text.chars().count());
        let before: String = text.chars().take(offset).collect();
        let begin = before.rfind('\n').map_or(0, |end| chars_before(&before, end) + 1);
        Self { message, expected, offset, line: before.matches('\n').count() + 1, column: offset - begin + 1 }
    }
}

/// A fault before its place was turned into an offset.
pub(super) struct Misfit {
    message: String,
    expected: Option<String>,
    location: Location,
}

impl Misfit {
    pub(super) fn new(message: impl Into<String>, location: Location) -> Self {
        Self { message: message.into(), expected: None, location }
    }

    /// Something else than what belongs here.
    pub(super) fn expected(what: &str, found: &TokenWithSpan) -> Self {
        let found_text = match found.token {
            sqlparser::tokenizer::Token::EOF => "the end".to_owned(),
            _ => format!("`{found}`"),
        };
        Self {
            message: format!("expected {what}, found {found_text}"),
            expected: Some(what.to_owned()),
            location: found.span.start,
        }
    }

    /// The same, with what would be right there.
    pub(super) fn instead(mut self, what: impl Into<String>) -> Self {
        self.expected = Some(what.into());
        self
    }

    /// sqlparser puts the place at the end of its message: "… at Line: 1, Column: 7".
    pub(super) fn located(error: &ParserError, fallback: Location) -> Self {
        let text = match error {
            ParserError::TokenizerError(text) | ParserError::ParserError(text) => text.as_str(),
            ParserError::RecursionLimitExceeded => return Self::new("this is nested too deeply", fallback),
        };
        let found = text.rsplit_once(" at Line: ").and_then(|(message, place)| {
            let (line, column) = place.split_once(", Column: ")?;
            Some(Self::new(message, Location::new(line.trim().parse().ok()?, column.trim().parse().ok()?)))
        });
        let mut misfit = found.unwrap_or_else(|| Self::new(text, fallback));
        let expected =
            misfit.message.strip_prefix("Expected: ").and_then(|rest| rest.split_once(", found: "));
        if let Some((expected, found)) =
            expected.map(|(expected, found)| (expected.to_owned(), found.to_owned()))
        {
            let found = if found == "EOF" { "the end".to_owned() } else { format!("`{found}`") };
            misfit.message = format!("expected {expected}, found {found}");
            misfit.expected = Some(expected);
        }
        misfit
    }

    /// With its place in the text. sqlparser has no place for the end of the text: it says line 0.
    pub(super) fn in_text(self, text: &str) -> UqlError {
        let Location { line, column } = self.location;
        let offset = if line == 0 { text.chars().count() } else { offset_of(text, line, column) };
        UqlError::at(text, offset, self.message, self.expected)
    }
}
