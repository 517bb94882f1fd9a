//! What a command says when it is done.

use std::fmt::Write as _;

use serde_json::Value;

/// An answer for people and for programs.
#[derive(Debug, Clone)]
pub struct Report {
    text: String,
    value: Value,
}

impl Report {
    /// A sentence, and the same as a value.
    pub fn new(text: impl Into<String>, value: Value) -> Self {
        let mut text = text.into();
        if !text.ends_with('\n') {
            text.push('\n');
        }
        Self { text, value }
    }

    /// Names and values, one a line, under a sentence.
    pub(crate) fn facts(sentence: &str, value: Value) -> Self {
        let mut text = format!("{sentence}\n");
        let members = value.as_object().into_iter().flatten();
        let width = members.clone().map(|(name, _)| name.len()).max().unwrap_or(0);
        for (name, fact) in members {
            let shown = fact.as_str().map_or_else(|| fact.to_string(), str::to_owned);
            let _ = writeln!(text, "  {name:width$}  {shown}");
        }
        Self { text, value }
    }

    /// For people.
    pub fn text(&self) -> String {
        self.text.clone()
    }

    /// The value.
    pub const fn value(&self) -> &Value {
        &self.value
    }

    /// For programs.
    ///
    /// # Errors
    /// Never, for the values that commands make.
    pub fn json(&self) -> anyhow::Result<String> {
        Ok(serde_json::to_string_pretty(&self.value)? + "\n")
    }
}
