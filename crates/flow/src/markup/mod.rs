//! Rich text from one notation into another: HTML, Markdown, Textile (Redmine's wiki text), plain text.
//!
//! A text is read into blocks and running text ([`tree`]), and written from there; what a notation has no sign for keeps
//! its letters and loses its looks. Whatever is read, what is written is safe (HTML has no scripts, no styles and no
//! attributes but addresses of known schemes), nested no deeper than [`limits::MARKUP_DEPTH`], at most
//! [`limits::OUTPUT_BYTES`] long, and made in time that grows with the text's length and no faster.

mod address;
mod builder;
mod html;
mod markdown;
mod plain;
#[cfg(test)]
mod tests;
mod textile;
mod tree;

use crate::limits;
use crate::words::words;

words! {
    /// A notation for rich text.
    Markup as "notation" {
        /// HTML; written, it is safe to show.
        Html = "html",
        /// CommonMark with tables and strike-through.
        Markdown = "markdown",
        /// Textile as Redmine has it.
        Textile = "textile",
        /// Text in which nothing is markup.
        Text = "text",
    }
}

/// What was written would be too large.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the text would be larger than {} bytes", limits::OUTPUT_BYTES)]
pub struct TooLarge;

/// A text in another notation. From a notation to itself, it is put in order: HTML is made safe.
pub fn convert(text: &str, from: Markup, to: Markup) -> Result<String, TooLarge> {
    let blocks = match from {
        Markup::Html => html::read::read(text),
        Markup::Markdown => markdown::read::read(text),
        Markup::Textile => textile::read::read(text),
        Markup::Text => plain::read::read(text),
    };
    match to {
        Markup::Html => html::write::write(&blocks),
        Markup::Markdown => markdown::write::write(&blocks),
        Markup::Textile => textile::write::write(&blocks),
        Markup::Text => plain::write::write(&blocks),
    }
}

/// A text being written, which stops when it is too large.
#[derive(Debug, Default)]
struct Output {
    text: String,
}

impl Output {
    fn push(&mut self, text: &str) -> Result<(), TooLarge> {
        if self.text.len() + text.len() > limits::OUTPUT_BYTES {
            return Err(TooLarge);
        }
        self.text.push_str(text);
        Ok(())
    }
}

/// Lines, the first after one beginning and the others after another; empty ones without the white space at its end.
fn prefixed(text: &str, first: &str, others: &str) -> Result<String, TooLarge> {
    let mut out = Output::default();
    for (position, line) in text.split('\n').enumerate() {
        let prefix = if position == 0 { first } else { others };
        out.push(if position > 0 { "\n" } else { "" })?;
        out.push(if line.is_empty() { prefix.trim_end() } else { prefix })?;
        out.push(line)?;
    }
    Ok(out.text)
}
