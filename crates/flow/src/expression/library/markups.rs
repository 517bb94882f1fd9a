//! Rich text from one notation into another, by [`crate::markup`].

use std::borrow::Cow;

use minijinja::{Environment, Error, ErrorKind, State};

use crate::markup::{Markup, convert};

use Markup::{Html, Markdown, Text, Textile};

pub(super) const NAMES: &[&str] = &[
    "html_to_markdown",
    "html_to_textile",
    "html_to_text",
    "markdown_to_html",
    "markdown_to_textile",
    "markdown_to_text",
    "textile_to_html",
    "textile_to_markdown",
    "textile_to_text",
    "text_to_html",
    "text_to_markdown",
    "text_to_textile",
    "safe_html",
];

/// The conversion that each filter is, in the order of [`NAMES`].
const CONVERSIONS: [(Markup, Markup); 13] = [
    (Html, Markdown),
    (Html, Textile),
    (Html, Text),
    (Markdown, Html),
    (Markdown, Textile),
    (Markdown, Text),
    (Textile, Html),
    (Textile, Markdown),
    (Textile, Text),
    (Text, Html),
    (Text, Markdown),
    (Text, Textile),
    (Html, Html),
];

pub(super) fn install(environment: &mut Environment<'static>) {
    for (name, (from, to)) in NAMES.iter().zip(CONVERSIONS) {
        environment
            .add_filter(*name, move |state: &State, text: Cow<'_, str>| converted(state, &text, from, to));
    }
}

/// Reading and writing are paid for by what is read and what is written.
fn converted(state: &State, text: &str, from: Markup, to: Markup) -> Result<String, Error> {
    state.consume_fuel(10 + text.len() as u64 / 8)?;
    let written =
        convert(text, from, to).map_err(|error| Error::new(ErrorKind::OutOfFuel, error.to_string()))?;
    state.consume_fuel(written.len() as u64 / 16)?;
    Ok(written)
}
